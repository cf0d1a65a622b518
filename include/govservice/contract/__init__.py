"""The data contract as Python objects; the files of include/contract say it."""

from govservice.contract.code_lists import (
    CD_SOURCE,
    DATA_SOURCE,
    Code,
    FileCode,
    ReasonCode,
    code_list,
    codes,
    file_codes,
    reason_codes,
)
from govservice.contract.errors import ContractError, FinalError, RegisterError
from govservice.contract.fields import DELIVERY_FIELDS, RECORD_KEY, Feed, Field, feeds, feeds_in, inspected_feeds
from govservice.contract.station_sheets import (
    CASE_NO,
    CASE_SHEET,
    FOLLOW_UP_COLUMNS,
    FOLLOW_UP_SHEET,
    INVISIBLE,
    Sheet,
    has_many_of_a_case,
    header_spelling,
    sheet_key,
    sheets,
    templates,
)
