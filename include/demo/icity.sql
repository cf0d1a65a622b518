-- The table of iCity in a simulated front database, created in the schema that is current.
CREATE TABLE business_index (
    sblsh varchar(50), sxbm varchar(50), sxid varchar(50), sxmc varchar(1000), ucid varchar(50), sbsj timestamp, sqrlx varchar(2),
    sqrzjhm varchar(500), sqrmc varchar(100), lxrxm varchar(100), lxrsj varchar(11), sbxmmc varchar(1000), sbhzh varchar(50),
    sbfs varchar(2), xzqhdm varchar(12), yslsj timestamp, yslztdm varchar(2), yslsjgms varchar(2000), slsj timestamp,
    ywlsh varchar(50), sjdw varchar(100), sjdwdm varchar(18), slztdm varchar(2), bslyy varchar(2000), slhzh varchar(50),
    spsj timestamp, sphjdm varchar(2), sphjmc varchar(1000), bzgzsj timestamp, bzgzyy varchar(2000), bzclqd varchar(2000),
    bzsj timestamp, tbcxksrq timestamp, tbcxqdly varchar(2000), sqnr varchar(2000), tbcxjsrq timestamp, tbcxjg varchar(2000),
    bjsj timestamp, bjjgdm varchar(2), bjjgms varchar(2000), zfhthyy varchar(2000), lqsj timestamp, remark varchar(256),
    state varchar(2), limit_num integer, assort varchar(2),
    update_time timestamp, sqrzjlx varchar(70), ywblxbm varchar(50), fddbr varchar(100), cnbjsj timestamp, sprxm varchar(100),
    spyj varchar(2000), zzmc varchar(256), zzbh varchar(2000)
);

CREATE TABLE star_level_evaluation (
    id varchar(50), serial_number varchar(50), service_code varchar(50), service_id varchar(50), service_name varchar(1000),
    service_org_id varchar(50), service_org_name varchar(100), region_code varchar(12), bsr_name varchar(100),
    bsr_identity_number varchar(128), star_level varchar(2), time_star_level varchar(2), quality_star_level varchar(2),
    major_star_level varchar(2), evaluate_content varchar(500), client_ip varchar(45), client_type varchar(2),
    creator_id varchar(50), creator_date timestamp, is_evaluate varchar(1), userprop varchar(2),
    certkey varchar(128), evaldetail varchar(100)
);

CREATE INDEX ON business_index (update_time);
CREATE INDEX ON star_level_evaluation (creator_date);
