"""Devices of an account, and firmware (facts 2.5 and 2.6)."""

from __future__ import annotations

from tests.unit.operations.facts import Facts

DEVICES: list[Facts] = [
    Facts(
        "v3.get_account_device_information",
        "account_devices",
        "acc, last_seen_device_id=None, protocol='LWM2M'",
        "GET",
        "/api/fota/v3/devices/0000123456-00001?lastSeenDeviceId=0&protocol=LWM2M",
        values={"acc": "0000123456-00001", "last_seen_device_id": "0", "protocol": "LWM2M"},
        answer={
            "accountName": "0000123456-00001",
            "hasMoreData": True,
            "lastSeenDeviceId": "15-digit IMEI",
            "maxPageSize": 1000,
            "deviceList": [
                {
                    "deviceId": "15-digit device ID",
                    "mdn": "10-digit MDN",
                    "model": "BG96",
                    "make": "QUECTEL",
                    "firmware": "BG96MAR04A04M1G",
                    "fotaEligible": False,
                    "status": "Active",
                    "licenseAssigned": True,
                    "protocol": "LWM2M",
                    "softwareList": [
                        {"name": "VZ_MDM_IOT", "version": "0.14", "upgradeTime": "2012-04-23T18:25:43.511Z"}
                    ],
                    "fileList": [{"name": "VZ_MDM_IOT", "version": "0.14", "upgradeTime": "2012-04-23T18:25:43.511Z"}],
                    "createTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "upgradeTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "updateTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "refreshTime": "2021-06-03 00:03:56.079 +0000 UTC",
                }
            ],
        },
        answer_type="V3AccountDeviceList",
        effect="READS",
        cursor="last_seen_device_id",
    ),
    Facts(
        "v3.list_account_devices_information",
        "account_devices",
        "acc, body",
        "POST",
        "/api/fota/v3/devices/0000123456-00001",
        values={"acc": "0000123456-00001"},
        body={"deviceList": ["15-digit IMEI"]},
        body_type="DeviceIMEI",
        answer={
            "accountName": "0000123456-00001",
            "deviceCount": 1,
            "deviceList": [
                {
                    "deviceId": "15-digit IMEI",
                    "mdn": "10-digit MDN",
                    "model": "GM01Q",
                    "make": "SEQUANS COMMUNICATIONS",
                    "firmware": "SR1.2.0.0-10657",
                    "fotaEligible": True,
                    "licenseAssigned": True,
                    "status": "Active",
                    "protocol": "LWM2M",
                    "createTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "statusTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "refreshTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "lastConnectionTime": "2012-04-23T18:25:43.511Z",
                }
            ],
        },
        answer_type="DeviceListResult",
        effect="READS",
    ),
    Facts(
        "v3.list_available_firmware",
        "firmware_v3",
        "acc, protocol",
        "GET",
        "/api/fota/v3/firmware/0000123456-00001?protocol=LWM2M",
        values={"acc": "0000123456-00001", "protocol": "LWM2M"},
        answer=[
            {
                "firmwareName": "VerizonSmartCommunities_LCO-277C4N_BG96MAR04A04M1G_BG96MAR04A04M1G_BETA0130B",
                "firmwareFrom": "BG96MAR04A04M1G",
                "firmwareTo": "BG96MAR04A04M1G_BETA0130B",
                "launchDate": "2012-04-23T18:25:43.511Z",
                "releaseNote": "",
                "model": "LCO-277C4N",
                "make": "Verizon Smart Communities",
                "protocol": "LWM2M",
            }
        ],
        answer_type="list[FirmwarePackage]",
        effect="READS",
    ),
    Facts(
        "v3.synchronize_device_firmware",
        "firmware_v3",
        "acc, body",
        "PUT",
        "/api/fota/v3/firmware/0000123456-00001/devices",
        values={"acc": "0000123456-00001"},
        body={"deviceList": ["15-digit IMEI"]},
        body_type="FirmwareIMEI",
        answer={
            "accountName": "0000123456-00001",
            "deviceFirmwarVersionList": [
                {
                    "deviceId": "15-digit IMEI",
                    "status": "FirmwareVersionUpdateSuccess",
                    "firmwareVersion": "SR1.2.0.0-10657",
                }
            ],
        },
        answer_type="DeviceFirmwareList",
        effect="SETS",
    ),
    Facts(
        "v3.report_device_firmware",
        "firmware_v3",
        "acc, device_id",
        "PUT",
        "/api/fota/v3/firmware/0000123456-00001/async/15-digit%20IMEI",
        values={"acc": "0000123456-00001", "device_id": "15-digit IMEI"},
        answer={"accountName": "accountName4", "requestId": "requestId2"},
        answer_type="DeviceFirmwareVersionUpdateResult",
        effect="ASKS",
    ),
]
