"""Reports of V3 (facts 2.2)."""

from __future__ import annotations

from tests.unit.operations.facts import Facts

# ruff: noqa: E501 - what is copied from the page stays as it is

REPORTS_V3: list[Facts] = [
    Facts(
        "v3.get_campaign_history_by_status",
        "software_management_reports_v3",
        "acc, campaign_status, last_seen_campaign_id=None",
        "GET",
        "/api/fota/v3/reports/0000123456-00001/firmware/campaigns?campaignStatus=CampaignRequestPending&lastSeenCampaignId=60b5d639-ccdc-4db8-8824-069bd94c95bf",
        least_target="/api/fota/v3/reports/0000123456-00001/firmware/campaigns?campaignStatus=CampaignRequestPending&lastSeenCampaignId=0",
        values={
            "acc": "0000123456-00001",
            "campaign_status": "CampaignRequestPending",
            "last_seen_campaign_id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
        },
        answer={
            "hasMoreData": True,
            "lastSeenCampaignId": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
            "campaignList": [
                {
                    "accountName": "0000123456-00001",
                    "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
                    "campaignName": "FOTA_Verizon_Upgrade",
                    "firmwareName": "FOTA_Verizon_Model-A_02To03_HF",
                    "firmwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
                    "firmwareTo": "FOTA_Verizon_Model-A_02To03_HF",
                    "make": "Verizon",
                    "model": "Model-A",
                    "status": "CampaignEnded",
                    "startDate": "2020-08-21",
                    "endDate": "2020-08-22",
                    "campaignTimeWindowList": [{"startTime": 20, "endTime": 21}],
                }
            ],
        },
        answer_type="V3CampaignHistory",
        effect="READS",
        cursor="last_seen_campaign_id",
    ),
    Facts(
        "v3.get_device_firmware_upgrade_history",
        "software_management_reports_v3",
        "acc, device_id",
        "GET",
        "/api/fota/v3/reports/0000123456-00001/devices/15-digit%20IMEI",
        values={"acc": "0000123456-00001", "device_id": "15-digit IMEI"},
        answer=[
            {
                "deviceId": "15-digit IMEI",
                "campaignId": "252d7ffc-7e35-11ec-931d-76f56843c393",
                "accountName": "0000123456-00001",
                "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10657_SR1.2.0.0-10512",
                "firmwareFrom": "SR1.2.0.0-10657",
                "firmwareTo": "SR1.2.0.0-10512",
                "startDate": "2022-01-25",
                "reportUpdatedTime": "2022-01-26 03:45:01.608 +0000 UTC",
                "status": "UpgradeSuccess",
                "reason": "Upgrade completed successfully",
            },
            {
                "deviceId": "15-digit IMEI",
                "campaignId": "8f5e9a4a-6ce2-11ec-ace7-3ea293843397",
                "accountName": "0000123456-00001",
                "firmwareName": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
                "firmwareFrom": "SR1.2.0.0-10512",
                "firmwareTo": "SR1.2.0.0-10657",
                "startDate": "2022-01-03",
                "reportUpdatedTime": "2022-01-04 02:45:00.67 +0000 UTC",
                "status": "UpgradeSuccess",
                "reason": "Upgrade completed successfully",
            },
        ],
        answer_type="list[DeviceFirmwareUpgrade]",
        effect="READS",
    ),
    Facts(
        "v3.get_campaign_device_status",
        "software_management_reports_v3",
        "acc, campaign_id, last_seen_device_id=None",
        "GET",
        "/api/fota/v3/reports/0000123456-00001/campaigns/f858b8c4-2153-11ec-8c44-aeb16d1aa652/devices?lastSeenDeviceId=15-digit%20IMEI",
        least_target="/api/fota/v3/reports/0000123456-00001/campaigns/f858b8c4-2153-11ec-8c44-aeb16d1aa652/devices?lastSeenDeviceId=0",
        values={
            "acc": "0000123456-00001",
            "campaign_id": "f858b8c4-2153-11ec-8c44-aeb16d1aa652",
            "last_seen_device_id": "15-digit IMEI",
        },
        answer={
            "totalDevice": 2689,
            "hasMoreData": True,
            "lastSeenDeviceId": "15-digit IMEI",
            "maxPageSize": 1000,
            "deviceList": [
                {
                    "deviceId": "15-digit IMEI",
                    "status": "UpgradePending",
                    "resultReason": "Upgrade pending, the device upgrade is estimated to be scheduled for 06 Oct 22 18:05 UTC",
                    "updatedTime": "2022-08-05T21:05:27.129Z",
                    "recentAttemptTime": "2022-10-05T21:05:01.19Z",
                    "nextAttemptTime": "2022-10-06T18:35:00Z",
                }
            ],
        },
        answer_type="V3CampaignDevice",
        effect="READS",
        cursor="last_seen_device_id",
    ),
]
