"""The examples of the declarations: complete, valid, and those that users know from the reference."""

from __future__ import annotations

from typing import Any

import pytest

import fota_sdk
from fota_sdk import (
    CampaignFirmwareUpgrade,
    CampaignSoftware,
    FirmwareCampaign,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
)
from fota_sdk.core.example import example_of
from fota_sdk.core.model import Model, fields_of
from tests.unit.operations import operation_named

MODELS = [
    value
    for value in (getattr(fota_sdk, name) for name in fota_sdk.__all__)
    if isinstance(value, type) and issubclass(value, Model)
]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


@each_model
def test_an_example_fills_every_field_and_is_valid(model: type[Any]) -> None:
    example = example_of(model)
    assert [name for name, _ in fields_of(model) if getattr(example, name) is None] == []
    assert example.additional_properties == {}
    example.validate()


def test_the_example_of_a_field_goes_before_that_of_the_model_that_it_holds() -> None:
    (window,) = example_of(CampaignSoftware).install_time_window_list or ()
    assert (window.start_time, window.end_time) == (22, 23)
    assert example_of(V2TimeWindow) != window


@each_model
def test_every_example_is_a_new_one(model: type[Any]) -> None:
    example = example_of(model)
    example.additional_properties["new"] = 1
    for name, _ in fields_of(model):
        if isinstance(getattr(example, name), list):
            getattr(example, name).clear()
    assert example_of(model) != example
    example_of(model).validate()


def test_they_are_those_of_the_reference() -> None:
    schedule = operation_named("v3.schedule_campaign_firmware_upgrade")
    assert example_of(FirmwareCampaign).to_dictionary() == schedule.answer
    example = example_of(CampaignFirmwareUpgrade).to_dictionary()
    assert schedule.body is not None
    assert {**example, "deviceList": schedule.body["deviceList"]} == {
        **schedule.body,
        "autoAssignLicenseFlag": False,
        "autoAddDevicesFlag": False,
    }
    assert example_of(V3AddOrRemoveDeviceRequest).mtype == "append"
