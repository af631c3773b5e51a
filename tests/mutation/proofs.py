"""Which tests prove which modules: those that know a module best come first, then the others of its part."""

from __future__ import annotations

_PARTS = {
    "fota_sdk/device": "unit/test_devices unit/test_device_files property/test_device_files",
    "fota_sdk/imei.py": "unit/test_devices unit/test_device_files property/test_device_files",
    "fota_sdk/core": """
        unit/test_models unit/test_validation unit/test_decoder unit/test_codec unit/test_responses unit/test_errors
        unit/test_paths unit/test_client unit/test_session unit/test_multipart unit/test_pages unit/test_wait
        unit/test_package unit/test_times unit/test_wire_literals
        unit/test_family_requests unit/test_family_responses unit/test_family_models
        unit/test_family_declarations unit/test_reference_examples unit/test_examples unit/test_reports
        property/test_round_trips property/test_headers property/test_fuzz
        faults/test_retries faults/test_doubts faults/test_effects faults/test_scheduling_once faults/test_tokens
        faults/test_token_life faults/test_logins faults/test_secrets faults/test_secrets_in_tracebacks
        faults/test_broken_connections faults/test_network_manners faults/test_mocks faults/test_hooks_and_sessions
        faults/test_uploads faults/test_closed_clients faults/test_forked_pools faults/test_pyopenssl
        faults/test_error_cycles faults/test_mock_libraries
    """,
    "fota_sdk/rollout": """
        rollout/test_plan rollout/test_plan_errors rollout/test_fleet rollout/test_rules rollout/test_decide
        rollout/test_decide_stops rollout/test_outcome rollout/test_doubts
        rollout/test_database rollout/test_creation rollout/test_clients rollout/test_forecast rollout/test_steps
        rollout/test_pause_and_resume rollout/test_by_hand rollout/test_limits rollout/test_odd_responses
        rollout/test_asked_meanwhile rollout/test_preflight rollout/test_preflight_pilot rollout/test_report
        rollout/test_sessions rollout/test_restored rollout/test_long_steps rollout/test_disk rollout/test_errors
        rollout/test_next_steps rollout/test_service_address rollout/test_failures
    """,
}

LOOKED_AT = ("fota_sdk/rollout/plots.py",)
"""What draws pictures; no test measures these."""

_JOURNAL = """
    rollout/test_steps rollout/test_asked_meanwhile rollout/test_pause_and_resume rollout/test_doubts
    rollout/test_by_hand rollout/test_limits rollout/test_database
"""

_FIRST = {
    "annotations": "unit/test_users_tools unit/test_decoder unit/test_models unit/test_late_imports",
    "adapter": "faults/test_forked_pools faults/test_closed_clients faults/test_network_manners",
    "attempts": "unit/test_session faults/test_retries faults/test_doubts faults/test_tokens faults/test_secrets",
    "auth": "unit/test_session faults/test_tokens faults/test_token_life faults/test_logins",
    "caller": "unit/test_pages faults/test_doubts faults/test_scheduling_once unit/test_session faults/test_interrupts",
    "charset": "unit/test_responses",
    "decoder": "unit/test_decoder unit/test_models",
    "docs": "unit/test_family_models unit/test_models",
    "example": "unit/test_examples unit/test_models",
    "model": "unit/test_models unit/test_validation unit/test_decoder unit/test_family_models",
    "codec": "unit/test_codec unit/test_decoder unit/test_validation",
    "connection": """
        faults/test_network_manners faults/test_broken_connections faults/test_uploads faults/test_pyopenssl
        faults/test_proxies_that_drip faults/test_deadline faults/test_responses_and_requests
        faults/test_every_way_and_fault
    """,
    "controller": "unit/test_client unit/test_package unit/test_pages",
    "exchange": """
        unit/test_session unit/test_responses faults/test_error_cycles
        faults/test_hooks_and_sessions faults/test_broken_connections faults/test_closed_clients
        faults/test_network_manners faults/test_responses_and_requests
    """,
    "failure": "faults/test_broken_connections faults/test_network_manners faults/test_proxies_that_drip",
    "fetch": "faults/test_tokens faults/test_token_life faults/test_logins",
    "fields": "unit/test_validation unit/test_models unit/test_decoder unit/test_family_models",
    "fork": "faults/test_threads_and_processes unit/test_late_imports",
    "multipart": "unit/test_multipart",
    "operation": "unit/test_multipart unit/test_family_requests unit/test_family_declarations unit/test_family_models",
    "paging": "unit/test_pages",
    "parsing": "unit/test_responses unit/test_errors",
    "response": "unit/test_responses unit/test_errors",
    "route": "unit/test_paths unit/test_multipart unit/test_family_requests unit/test_pages",
    "retry": "faults/test_retries",
    "secret": "unit/test_session faults/test_secrets faults/test_secrets_in_tracebacks",
    "semaphore": "faults/test_threads_and_processes faults/test_closed_clients",
    "timeout": "unit/test_session unit/test_client",
    "transport": """
        unit/test_session unit/test_responses faults/test_error_cycles faults/test_hooks_and_sessions
        faults/test_forked_pools faults/test_deadline faults/test_mocks
    """,
    "wait": "unit/test_wait",
    # roll-outs
    "__init__": "rollout/test_plan",
    "errors": "rollout/test_disk rollout/test_database rollout/test_plan_errors",
    "findings": "rollout/test_preflight",
    "journal": _JOURNAL,
    "json_data": "rollout/test_forecast cli/test_rollout_step",
    "lock": "rollout/test_asked_meanwhile rollout/test_processes",
    "plan": "rollout/test_plan rollout/test_plan_errors",
    "plan_campaign": "rollout/test_plan rollout/test_plan_errors",
    "plan_check": "rollout/test_plan rollout/test_plan_errors",
    "plan_file": "rollout/test_plan rollout/test_plan_errors",
    "plan_sections": "rollout/test_plan rollout/test_plan_errors",
    "plan_values": "rollout/test_plan rollout/test_plan_errors",
    "records": _JOURNAL,
    "requests": """
        rollout/test_restored rollout/test_by_hand rollout/test_asked_meanwhile rollout/test_pause_and_resume
        rollout/test_errors cli/test_rollout_reasons cli/test_rollout_requests
    """,
    "rollout": """
        rollout/test_steps rollout/test_by_hand rollout/test_asked_meanwhile rollout/test_fleet rollout/test_disk
    """,
    "schema": "rollout/test_database rollout/test_steps",
    "service": "rollout/test_preflight rollout/test_steps rollout/test_clients rollout/test_odd_responses",
    "snapshot": "rollout/test_decide rollout/test_decide_stops rollout/test_limits rollout/test_steps",
    "states": "rollout/test_decide rollout/test_steps",
    "status": "rollout/test_steps rollout/test_report rollout/test_by_hand cli/test_rollout_status",
    "asking": "rollout/test_pause_and_resume rollout/test_by_hand rollout/test_executors rollout/test_failures",
    "clients": "rollout/test_clients rollout/test_service_address",
    "creation": "rollout/test_creation rollout/test_fleet",
    "database": "rollout/test_database rollout/test_steps rollout/test_by_hand",
    "decide": "rollout/test_decide rollout/test_decide_stops rollout/test_decide_properties",
    "doubt": "rollout/test_doubts rollout/test_restored",
    "fleet": "rollout/test_fleet",
    "fleet_rows": "rollout/test_fleet",
    "forecast": "rollout/test_forecast",
    "outcome": "rollout/test_outcome",
    "plots": "rollout/test_report",
    "preflight": "rollout/test_preflight rollout/test_preflight_pilot",
    "report": "rollout/test_report",
    "rules": "rollout/test_rules",
    "step": "rollout/test_steps rollout/test_asked_meanwhile rollout/test_doubts rollout/test_odd_responses",
}


def modules_in_parts() -> list[str]:
    """Return what the names of the modules begin with whose mutants are looked at."""
    return list(_PARTS)


def proofs_of(path: str) -> list[list[str]]:
    """Return the files of tests for a module: those to run first, and all of its part for what is left then."""
    (part,) = (tests.split() for begin, tests in _PARTS.items() if path.startswith(begin))
    name = path.rpartition("/")[2].removesuffix(".py")
    first = _FIRST.get(name, "").split() if path.count("/") > 1 else []
    return [[f"tests/{test}.py" for test in stage] for stage in (first, part) if stage]
