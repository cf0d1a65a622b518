"""How much of a station's file is taken; what is beyond is refused by a code, never read in part."""

import resource

MEGABYTE = 1 << 20
PROCESS = {
    resource.RLIMIT_AS: 1024 * MEGABYTE,
    resource.RLIMIT_CPU: 300,
    resource.RLIMIT_FSIZE: 1024 * MEGABYTE,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
MANIFEST_BYTES = 4 * MEGABYTE
FILES = 200  # in one drop
FILE_BYTES = 256 * MEGABYTE
INFLATED_BYTES = 256 * MEGABYTE  # of one file, all that is packed in it together
RATIO = 200  # a part that inflates to more than RATIO_FREE by more than this is no table
RATIO_FREE = 16 * MEGABYTE
ENTRIES = 500
NAME_BYTES = 255
CELL_CHARACTERS = 10 * MEGABYTE
COLUMNS = 1_000
WORKBOOK_CELLS = 16_000_000  # the workbook library holds the whole rectangle in memory
TITLE_ROWS = 10  # above a header
