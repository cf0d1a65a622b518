"""A small simulated area for tests: every protocol, every encoding, every form of a file."""

SCALE, SEED = 0.004, 7
CENTRES = ["konggang_centre", "fengdong_centre", "qinhan_centre", "jinghe_centre"]
STATIONS = ["dizhang_station", "beidu_station", "taiping_station", "sanqiao_station", "yaodian_station"]
SOURCES = [*CENTRES, *STATIONS]
