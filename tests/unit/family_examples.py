"""What the service takes and answers in the examples of the facts page: of each operation, its model and its JSON."""

from __future__ import annotations

from typing import Any

ANSWERS: list[tuple[str, str, Any]] = [
    (
        "v2.list_available_software",
        "list[SoftwarePackage]",
        [
            {
                "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
                "launchDate": "2020-08-31",
                "releaseNote": "",
                "model": "Model-A",
                "make": "Verizon",
                "distributionType": "HTTP",
                "devicePlatformId": "IoT",
            }
        ],
    ),
    (
        "v2.list_account_devices",
        "V2AccountDeviceList",
        {
            "accountName": "0000123456-00001",
            "hasMoreData": True,
            "lastSeenDeviceId": "15-digit IMEI",
            "maxPageSize": 1000,
            "deviceList": [
                {
                    "deviceId": "15-digit IMEI",
                    "mdn": "10-digit MDN",
                    "model": "Model-A",
                    "make": "Verizon",
                    "fotaEligible": True,
                    "appFotaEligible": True,
                    "licenseAssigned": True,
                    "distributionType": "HTTP",
                    "softwareList": [
                        {
                            "name": "FOTA_Verizon_Model-A_02To03_HF",
                            "version": "3",
                            "upgradeTime": "2020-09-08T19:00:51.541Z",
                        }
                    ],
                    "createTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "upgradeTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "updateTime": "2021-06-03 00:03:56.079 +0000 UTC",
                    "refreshTime": "2021-06-03 00:03:56.079 +0000 UTC",
                }
            ],
        },
    ),
    (
        "v2.get_device_firmware_upgrade_history",
        "list[DeviceSoftwareUpgrade]",
        [
            {
                "deviceId": "990013907835573",
                "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
                "accountName": "0402196254-00001",
                "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
                "startDate": "2018-03-05",
                "status": "UpgradeSuccess",
                "reason": "success",
            },
            {
                "deviceId": "990013907835573",
                "id": "50d5d639-aaca-3ca7-7713-958ac83b84ae",
                "accountName": "0402196254-00001",
                "softwareName": "VerizonSoftwareVersion-01",
                "startDate": "2018-02-20",
                "status": "UpgradeSuccess",
                "reason": "success",
            },
        ],
    ),
    (
        "v2.get_campaign_history_by_status",
        "V2CampaignHistory",
        {
            "hasMoreData": True,
            "lastSeenCampaignId": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
            "campaignList": [
                {
                    "accountName": "0402196254-00001",
                    "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
                    "campaignName": "FOTA_Verizon_Upgrade",
                    "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
                    "distributionType": "HTTP",
                    "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
                    "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
                    "make": "Verizon",
                    "model": "Model-A",
                    "startDate": "2020-08-21",
                    "endDate": "2020-08-22",
                    "downloadAfterDate": "2020-08-21",
                    "downloadTimeWindowList": [{"startTime": 20, "endTime": 21}],
                    "installAfterDate": "2020-08-21",
                    "installTimeWindowList": [{"startTime": 22, "endTime": 23}],
                    "status": "CampaignEnded",
                }
            ],
        },
    ),
    (
        "v2.get_campaign_device_status",
        "V2CampaignDevice",
        {
            "totalDevice": 1148,
            "hasMoreData": True,
            "lastSeenDeviceId": "15-digit IMEI",
            "maxPageSize": 1000,
            "deviceList": [
                {"deviceId": "15-digit IMEI", "status": "UpgradeSuccess", "resultReason": "DownloadInstallSucceeded"}
            ],
        },
    ),
    (
        "v3.get_campaign_history_by_status",
        "V3CampaignHistory",
        {
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
    ),
    (
        "v3.get_device_firmware_upgrade_history",
        "list[DeviceFirmwareUpgrade]",
        [
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
    ),
    (
        "v3.get_campaign_device_status",
        "V3CampaignDevice",
        {
            "totalDevice": 2689,
            "hasMoreData": True,
            "lastSeenDeviceId": "15-digit IMEI",
            "maxPageSize": 1000,
            "deviceList": [
                {
                    "deviceId": "15-digit IMEI",
                    "status": "UpgradePending",
                    "resultReason": "Upgrade pending, the device upgrade is estimated to be scheduled for 06 "
                    "Oct 22 18:05 UTC",
                    "updatedTime": "2022-08-05T21:05:27.129Z",
                    "recentAttemptTime": "2022-10-05T21:05:01.19Z",
                    "nextAttemptTime": "2022-10-06T18:35:00Z",
                }
            ],
        },
    ),
    (
        "v2.get_account_license_status",
        "V2LicenseSummary",
        {
            "accountName": "0402196254-00001",
            "totalLicense": 5000,
            "assignedLicenses": 4319,
            "hasMoreData": True,
            "lastSeenDeviceId": "1000",
            "maxPageSize": 10,
            "deviceList": [
                {"deviceId": "990003425730535", "assignmentTime": "2017-11-29T16:03:42.000Z"},
                {"deviceId": "990000473475989", "assignmentTime": "2017-11-29T16:03:42.000Z"},
                {"deviceId": "990000347475989", "assignmentTime": "2017-11-29T16:03:42.000Z"},
                {"deviceId": "990007303425535", "assignmentTime": "2017-11-29T16:03:42.000Z"},
            ],
        },
    ),
    (
        "v2.assign_licenses_to_devices",
        "V2LicensesAssignedRemovedResult",
        {
            "accountName": "0242078689-00001",
            "licTotalCount": 1000,
            "licUsedCount": 502,
            "deviceList": [
                {"deviceId": "990003425730524", "status": "Success", "resultReason": "Success"},
                {"deviceId": "990000473475967", "status": "Failure", "resultReason": "Device does not exist."},
            ],
        },
    ),
    (
        "v2.remove_licenses_from_devices",
        "V2LicensesAssignedRemovedResult",
        {
            "accountName": "0242078689-00001",
            "licTotalCount": 1000,
            "licUsedCount": 998,
            "deviceList": [
                {"deviceId": "990003425730535", "status": "Success", "resultReason": "Success"},
                {"deviceId": "990000473475989", "status": "Success", "resultReason": "Success"},
                {"deviceId": "900000000000999", "status": "Failure", "resultReason": "No license attached to device"},
            ],
        },
    ),
    (
        "v2.list_licenses_to_remove",
        "V2ListOfLicensesToRemove",
        {
            "count": 6,
            "hasMoreData": False,
            "updateTime": "2018-03-22 00:06:00.069 +0000 UTC",
            "deviceList": [
                "990003425730535",
                "990000473475989",
                "990005733420535",
                "990000347475989",
                "990007303425535",
                "990007590473489",
            ],
        },
    ),
    (
        "v2.create_list_of_licenses_to_remove",
        "V2ListOfLicensesToRemoveResult",
        {"count": 2, "deviceList": ["990003425730535", "990000473475989"]},
    ),
    ("v2.delete_list_of_licenses_to_remove", "FotaV2SuccessResult", {"success": True}),
    (
        "v3.get_account_licenses_status",
        "V3LicenseSummary",
        {
            "accountName": "0000123456-00001",
            "assignedLicenses": 4319,
            "hasMoreData": True,
            "lastSeenDeviceId": "1000",
            "maxPageSize": 1000,
            "deviceList": [{"deviceId": "15-digit IMEI", "assignmentTime": "2017-11-29 20:15:42.738 +0000 UTC"}],
        },
    ),
    (
        "v3.assign_licenses_to_devices",
        "V3LicenseAssignedRemovedResult",
        {
            "accountName": "0000123456-00001",
            "licUsedCount": 2,
            "licCount": 1000,
            "deviceList": [
                {
                    "deviceId": "15-digit IMEI",
                    "status": "UpgradePending",
                    "resultReason": "Upgrade pending, the device upgrade is estimated to be scheduled for 06 "
                    "Oct 22 18:05 UTC",
                    "updatedTime": "2022-08-05T21:05:27.129Z",
                    "recentAttemptTime": "2022-10-05T21:05:01.19Z",
                    "nextAttemptTime": "2022-10-06T18:35:00Z",
                }
            ],
        },
    ),
    (
        "v3.remove_licenses_from_devices",
        "V3LicenseAssignedRemovedResult",
        {
            "accountName": "0000123456-00001",
            "licUsedCount": 998,
            "licCount": 1000,
            "deviceList": [
                {
                    "deviceId": "15-digit IMEI",
                    "status": "UpgradePending",
                    "resultReason": "Upgrade pending, the device upgrade is estimated to be scheduled for 06 "
                    "Oct 22 18:05 UTC",
                    "updatedTime": "2022-08-05T21:05:27.129Z",
                    "recentAttemptTime": "2022-10-05T21:05:01.19Z",
                    "nextAttemptTime": "2022-10-06T18:35:00Z",
                }
            ],
        },
    ),
    (
        "v3.get_account_device_information",
        "V3AccountDeviceList",
        {
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
    ),
    (
        "v3.list_account_devices_information",
        "DeviceListResult",
        {
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
    ),
    (
        "v3.list_available_firmware",
        "list[FirmwarePackage]",
        [
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
    ),
    (
        "v3.synchronize_device_firmware",
        "DeviceFirmwareList",
        {
            "accountName": "0000123456-00001",
            "deviceFirmwarVersionList": [
                {
                    "deviceId": "15-digit IMEI",
                    "status": "FirmwareVersionUpdateSuccess",
                    "firmwareVersion": "SR1.2.0.0-10657",
                }
            ],
        },
    ),
    (
        "v3.report_device_firmware",
        "DeviceFirmwareVersionUpdateResult",
        {"accountName": "accountName4", "requestId": "requestId2"},
    ),
    (
        "v2.get_account_subscription_status",
        "FotaV2Subscription",
        {
            "accountName": "00000000000-123345",
            "purchaseType": "TS-HFOTA-EVNT,TS-HFOTA-MRC",
            "licenseCount": 500,
            "licenseUsedCount": 400,
            "updateTime": "2020-09-17T21:11:32.170Z",
        },
    ),
    (
        "v3.get_account_subscription_status",
        "FotaV3Subscription",
        {
            "accountName": "0000123456-000001",
            "purchaseType": "TS-HFOTA-EVNT,TS-HFOTA-MRC",
            "licenseCount": 500,
            "licenseUsedCount": 400,
            "updateTime": "2020-09-17T21:11:32.170Z",
        },
    ),
    (
        "v2.schedule_file_upgrade",
        "UploadAndScheduleFileResponse",
        {
            "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
            "accountName": "0242078689-00001",
            "campaignName": "FOTA_Verizon_Upgrade",
            "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
            "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
            "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
            "fileName": "configfile-Verizon_VZW1_hello-world.txt",
            "fileVersion": "1.0",
            "distributionType": "HTTP",
            "make": "Verizon",
            "model": "Model-A",
            "startDate": "2021-02-08",
            "endDate": "2021-02-08",
            "downloadAfterDate": "2021-02-08",
            "status": "pending",
        },
    ),
    (
        "v2.schedule_sw_upgrade_http_devices",
        "UploadAndScheduleFileResponse",
        {
            "id": "60b5d639-ccdc-4db8-8824-069bd94c95bf",
            "accountName": "0402196254-00001",
            "campaignName": "FOTA_Verizon_Upgrade",
            "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
            "distributionType": "HTTP",
            "make": "Verizon",
            "model": "Model-A",
            "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
            "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
            "startDate": "2020-08-21",
            "endDate": "2020-08-22",
            "downloadAfterDate": "2020-08-21",
            "downloadTimeWindowList": [{"startTime": "20", "endTime": "21"}],
            "installAfterDate": "2020-08-21",
            "installTimeWindowList": [{"startTime": "22", "endTime": "23"}],
            "status": "CampaignRequestPending",
        },
    ),
    (
        "v2.list_registered_callbacks",
        "CallbackSummary",
        {"url": "http://10.120.102.183:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v2.update_callback",
        "FotaV2CallbackRegistrationResult",
        {"url": "https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v2.register_callback",
        "FotaV2CallbackRegistrationResult",
        {"url": "https://10.120.102.183:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    ("v2.deregister_callback", "FotaV2SuccessResult", {"success": True}),
    (
        "v3.list_registered_callbacks",
        "FotaV3CallbackSummary",
        {"url": "http://10.120.102.183:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v3.update_callback",
        "FotaV3CallbackRegistrationResult",
        {"url": "https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v3.register_callback",
        "FotaV3CallbackRegistrationResult",
        {"url": "https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    ("v3.deregister_callback", "FotaV3SuccessResult", {"success": True}),
    (
        "v2.list_devices_with_logging_enabled",
        "list[DeviceLoggingStatus]",
        [
            {"deviceId": "990013907835573", "expiryDate": "2020-10-19"},
            {"deviceId": "991124018926684", "expiryDate": "2020-10-19"},
            {"deviceId": "992234129057795", "expiryDate": "2020-10-23"},
            {"deviceId": "998891785613351", "expiryDate": "2020-10-23"},
            {"deviceId": "990013907835573", "expiryDate": "2020-10-23"},
        ],
    ),
    (
        "v2.enable_logging_for_devices",
        "list[DeviceLoggingStatus]",
        [
            {"deviceId": "990013907835573", "expiryDate": "2020-10-19"},
            {"deviceId": "991124018926684", "expiryDate": "2020-10-19"},
            {"deviceId": "992234129057795", "expiryDate": "2020-10-23"},
            {"deviceId": "998891785613351", "expiryDate": "2020-10-23"},
            {"deviceId": "990013907835573", "expiryDate": "2020-10-23"},
        ],
    ),
    ("v2.enable_device_logging", "DeviceLoggingStatus", {"deviceId": "990013907835573", "expiryDate": "2020-10-19"}),
    (
        "v2.list_device_logs",
        "list[DeviceLog]",
        [
            {
                "deviceId": "990013907835573",
                "logTime": "2020-10-22T19:29:50.901Z",
                "logType": "string",
                "eventLog": "string",
                "binaryLogFileBase64": "string",
                "binaryLogFilename": "string",
            }
        ],
    ),
    (
        "v2.get_device_check_in_history",
        "list[CheckInHistoryItem]",
        [
            {
                "deviceId": "990013907835573",
                "clientType": "clientType6",
                "result": "result8",
                "failureType": "failureType8",
                "timeCompleted": "10/22/2020 19:35:07",
            }
        ],
    ),
    (
        "v2.get_list_of_files",
        "RetrievesAvailableFilesResponseList",
        {
            "AvailableFilesResponse": [
                {
                    "fileName": "configfile-Verizon_VZW1_hello-world.txt",
                    "fileVersion": "1.0",
                    "releaseNote": "Hello world initial file",
                    "make": "Verizon",
                    "model": "VZW1",
                    "localTargetPath": "/VZWFOTA/hello-world.txt",
                    "distributionType": "HTTP",
                    "devicePlatformId": "IoT",
                }
            ]
        },
    ),
    (
        "v2.upload_config_file",
        "UploadConfigurationFilesResponse",
        {
            "fileName": "hello-world.txt",
            "fileVersion": "1.0",
            "launchDate": "2020-08-31",
            "releaseNote": "note",
            "model": "Model-A",
            "make": "Verizon",
            "distributionType": "HTTP",
            "devicePlatformId": "IoT",
            "localTargetPath": "IoT",
        },
    ),
]

BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("v2.assign_licenses_to_devices", "V2LicenseIMEI", {"deviceList": ["990003425730524", "990000473475967"]}),
    (
        "v2.remove_licenses_from_devices",
        "V2LicenseIMEI",
        {"deviceList": ["990003425730535", "990000473475989", "900000000000999"]},
    ),
    (
        "v2.create_list_of_licenses_to_remove",
        "V2ListOfLicensesToRemoveRequest",
        {"deviceList": ["990003425730535", "990000473475989"], "type": "append", "count": 2},
    ),
    ("v3.assign_licenses_to_devices", "V3LicenseIMEI", {"deviceList": ["15-digit IMEI", "15-digit IMEI"]}),
    (
        "v3.remove_licenses_from_devices",
        "V3LicenseIMEI",
        {"deviceList": ["15-digit IMEI", "15-digit IMEI", "15-digit IMEI"]},
    ),
    ("v3.list_account_devices_information", "DeviceIMEI", {"deviceList": ["15-digit IMEI"]}),
    ("v3.synchronize_device_firmware", "FirmwareIMEI", {"deviceList": ["15-digit IMEI"]}),
    (
        "v2.schedule_file_upgrade",
        "UploadAndScheduleFileRequest",
        {
            "campaignName": "FOTA_Verizon_Upgrade",
            "fileName": "configfile-Verizon_VZW1_hello-world.txt",
            "fileVersion": "1.0",
            "distributionType": "HTTP",
            "startDate": "2021-02-08",
            "endDate": "2021-02-08",
            "downloadAfterDate": "2021-02-08",
        },
    ),
    (
        "v2.schedule_sw_upgrade_http_devices",
        "SchedulesSoftwareUpgradeRequest",
        {
            "campaignName": "FOTA_Verizon_Upgrade",
            "softwareName": "FOTA_Verizon_Model-A_02To03_HF",
            "softwareFrom": "FOTA_Verizon_Model-A_00To01_HF",
            "softwareTo": "FOTA_Verizon_Model-A_02To03_HF",
            "distributionType": "HTTP",
            "startDate": "2020-08-21",
            "endDate": "2020-08-22",
            "downloadAfterDate": "2020-08-21",
            "downloadTimeWindowList": [{"startTime": "20", "endTime": "21"}],
            "installAfterDate": "2020-08-21",
            "installTimeWindowList": [{"startTime": "22", "endTime": "23"}],
            "deviceList": ["990013907835573", "990013907884259"],
        },
    ),
    (
        "v2.update_callback",
        "FotaV2CallbackRegistrationRequest",
        {"url": "https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v2.register_callback",
        "FotaV2CallbackRegistrationRequest",
        {"url": "https://10.120.102.183:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v3.update_callback",
        "FotaV3CallbackRegistrationRequest",
        {"url": "https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v3.register_callback",
        "FotaV3CallbackRegistrationRequest",
        {"url": "https://255.255.11.135:50559/CallbackListener/FirmwareServiceMessages.asmx"},
    ),
    (
        "v2.enable_logging_for_devices",
        "DeviceLoggingRequest",
        {"deviceIds": ["990013907835573", "991124018926684", "992234129057795", "998891785613351", "990013907835573"]},
    ),
]
