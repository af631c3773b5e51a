"""Logging (facts 2.10 and 2.11)."""

from __future__ import annotations

from tests.unit.operations.facts import Facts

DEVICE_LOGGING: list[Facts] = [
    Facts(
        "v2.list_devices_with_logging_enabled",
        "client_logging",
        "account",
        "GET",
        "/api/fota/v2/logging/0000123456-00001/devices",
        values={"account": "0000123456-00001"},
        answer=[
            {"deviceId": "990013907835573", "expiryDate": "2020-10-19"},
            {"deviceId": "991124018926684", "expiryDate": "2020-10-19"},
            {"deviceId": "992234129057795", "expiryDate": "2020-10-23"},
            {"deviceId": "998891785613351", "expiryDate": "2020-10-23"},
            {"deviceId": "990013907835573", "expiryDate": "2020-10-23"},
        ],
        answer_type="list[DeviceLoggingStatus]",
        effect="READS",
    ),
    Facts(
        "v2.enable_logging_for_devices",
        "client_logging",
        "account, body",
        "PUT",
        "/api/fota/v2/logging/0000123456-00001/devices",
        values={"account": "0000123456-00001"},
        body={
            "deviceIds": ["990013907835573", "991124018926684", "992234129057795", "998891785613351", "990013907835573"]
        },
        body_type="DeviceLoggingRequest",
        answer=[
            {"deviceId": "990013907835573", "expiryDate": "2020-10-19"},
            {"deviceId": "991124018926684", "expiryDate": "2020-10-19"},
            {"deviceId": "992234129057795", "expiryDate": "2020-10-23"},
            {"deviceId": "998891785613351", "expiryDate": "2020-10-23"},
            {"deviceId": "990013907835573", "expiryDate": "2020-10-23"},
        ],
        answer_type="list[DeviceLoggingStatus]",
        effect="SETS",
    ),
    Facts(
        "v2.disable_logging_for_devices",
        "client_logging",
        "account, device_ids",
        "DELETE",
        "/api/fota/v2/logging/0000123456-00001/devices?deviceIds=990013907835573",
        values={"account": "0000123456-00001", "device_ids": "990013907835573"},
        answer=None,
        answer_type="None",
        effect="ACTS",
    ),
    Facts(
        "v2.enable_device_logging",
        "client_logging",
        "account, device_id",
        "PUT",
        "/api/fota/v2/logging/0000123456-00001/devices/990013907835573",
        values={"account": "0000123456-00001", "device_id": "990013907835573"},
        answer={"deviceId": "990013907835573", "expiryDate": "2020-10-19"},
        answer_type="DeviceLoggingStatus",
        effect="SETS",
    ),
    Facts(
        "v2.disable_device_logging",
        "client_logging",
        "account, device_id",
        "DELETE",
        "/api/fota/v2/logging/0000123456-00001/devices/990013907835573",
        values={"account": "0000123456-00001", "device_id": "990013907835573"},
        answer=None,
        answer_type="None",
        effect="ACTS",
    ),
    Facts(
        "v2.list_device_logs",
        "client_logging",
        "account, device_id",
        "GET",
        "/api/fota/v2/logging/0000123456-00001/devices/990013907835573/logs",
        values={"account": "0000123456-00001", "device_id": "990013907835573"},
        answer=[
            {
                "deviceId": "990013907835573",
                "logTime": "2020-10-22T19:29:50.901Z",
                "logType": "string",
                "eventLog": "string",
                "binaryLogFileBase64": "string",
                "binaryLogFilename": "string",
            }
        ],
        answer_type="list[DeviceLog]",
        effect="READS",
    ),
    Facts(
        "v2.get_device_check_in_history",
        "server_logging",
        "account, device_id",
        "GET",
        "/api/fota/v2/logging/0000123456-00001/devices/990013907835573/checkInHistory",
        values={"account": "0000123456-00001", "device_id": "990013907835573"},
        answer=[
            {
                "deviceId": "990013907835573",
                "clientType": "clientType6",
                "result": "result8",
                "failureType": "failureType8",
                "timeCompleted": "10/22/2020 19:35:07",
            }
        ],
        answer_type="list[CheckInHistoryItem]",
        effect="READS",
    ),
]
