from __future__ import annotations

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.multipart import FileSource
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.retrieves_available_files_response_list import RetrievesAvailableFilesResponseList
from fota_sdk.models.upload_configuration_files_response import UploadConfigurationFilesResponse

GET_LIST_OF_FILES = Operation(
    "v2.get_list_of_files",
    "GET",
    "/fota/v2/files/{acc}?distributionType={distribution_type}",
    RetrievesAvailableFilesResponseList,
    Effect.READS,
)

UPLOAD_CONFIG_FILE = Operation(
    "v2.upload_config_file",
    "POST",
    "/fota/v2/files/{acc}",
    UploadConfigurationFilesResponse,
    form=("fileupload", "file_version", "make", "model", "local_target_path"),
    verified_by="configuration_files.get_list_of_files",
)


class ConfigurationFilesController(Controller):
    """Configuration files for HTTP devices (V2); only where the maker of the device says so.

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of
    Configuration Files V2.
    """

    @view
    def with_raw_response(self) -> ConfigurationFilesWithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return ConfigurationFilesWithRawResponse(self)

    @view
    def dry_run(self) -> ConfigurationFilesDryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return ConfigurationFilesDryRun(self)

    def get_list_of_files(self, acc: str, distribution_type: str) -> RetrievesAvailableFilesResponseList:
        """Returns the files that were uploaded.

        Args:
            acc: Billing account, such as 0000123456-00001.
            distribution_type: Protocol of the devices: HTTP, LWM2M or OMD-DM; open.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(GET_LIST_OF_FILES, acc=acc, distribution_type=distribution_type)

    def upload_config_file(
        self,
        acc: str,
        fileupload: FileSource | None = None,
        file_version: str | None = None,
        make: str | None = None,
        model: str | None = None,
        local_target_path: str | None = None,
    ) -> UploadConfigurationFilesResponse:
        """Uploads a file. The response has the name that the service gave it, which goes into a file campaign.

        The file is streamed, and read anew for each attempt. A large one needs more than 60 s:
        `client.with_options(timeout=...)`.

        Args:
            acc: Billing account, such as 0000123456-00001.
            fileupload: The file: its path, or a binary file that can seek. It is required; its name is sent without
                its folder.
            file_version: Version of the file, such as 1.0.
            make: Maker of the devices.
            model: Model of the devices.
            local_target_path: Where the file goes on the device, such as /VZWFOTA/hello-world.txt.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(
            UPLOAD_CONFIG_FILE,
            acc=acc,
            fileupload=fileupload,
            file_version=file_version,
            make=make,
            model=model,
            local_target_path=local_target_path,
        )


class ConfigurationFilesWithRawResponse(RawView):
    """The methods of `ConfigurationFilesController`, returning the HTTP response."""

    get_list_of_files = raw(ConfigurationFilesController.get_list_of_files)
    upload_config_file = raw(ConfigurationFilesController.upload_config_file)


class ConfigurationFilesDryRun(DryView):
    """The methods of `ConfigurationFilesController`, sending nothing."""

    get_list_of_files = dry(ConfigurationFilesController.get_list_of_files)
    upload_config_file = dry(ConfigurationFilesController.upload_config_file)
