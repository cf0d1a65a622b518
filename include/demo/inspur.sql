-- The tables of the vendor 浪潮 in a simulated front database, created in the schema that is current.

CREATE TABLE pre_apasinfo (orgbusno varchar(50), projid varchar(50), region_id varchar(12), dataver integer, applydate timestamp);

CREATE TABLE ea_jc_step_basicinfo (
    orgbusno varchar(50), projid varchar(50), itemno varchar(50), itemname varchar(1000), catalogcode varchar(12),
    taskcode varchar(36), itemtype varchar(2), applicant varchar(100), applyertype varchar(2), applyerpagetype varchar(70),
    applyerpagecode varchar(500), acceptlist text, acceptdeptid varchar(50), acceptdeptname varchar(100),
    acceptdeptcode varchar(18), acceptdeptcode1 varchar(50), acceptdeptcode2 varchar(50), region_id varchar(12),
    itemregionid varchar(12), approvaltype varchar(2), promisetimelimit integer, promisetimeunit varchar(2), timelimit integer,
    timeunit varchar(2), submit varchar(2), occurtime timestamp, maketime timestamp, signstate varchar(2), dataver integer,
    stdver varchar(10), sysmark varchar(50), cd_operation varchar(2), isok varchar(2),
    projectname varchar(1000), taskhandleitem varchar(50), itemversion integer, legalman varchar(100), promisedate timestamp,
    contactname varchar(100), contacttype varchar(6), contactcode varchar(50), contactmobile varchar(11), zipcode varchar(6),
    address varchar(1000), acceptusername varchar(100), acceptdocno varchar(50)
);

CREATE TABLE ea_jc_step_proc (
    orgbusno varchar(50), projid varchar(50), sn integer, nodename varchar(1000), nodetype varchar(2), nodestate varchar(2),
    noderesult varchar(2), nodeprocer varchar(50), nodeprocername varchar(100), procunit varchar(50), procunitname varchar(100),
    nodestarttime timestamp, nodeendtime timestamp, nodeadv varchar(2000), region_id varchar(12), maketime timestamp,
    signstate varchar(2), dataver integer, stdver varchar(10), sysmark varchar(50), cd_operation varchar(2), isok varchar(2)
);

CREATE TABLE ea_jc_step_done (
    orgbusno varchar(50), projid varchar(50), doneresult varchar(2), exitres varchar(2000), certificatenam varchar(256),
    certificateno varchar(2000), certificatelimit varchar(50), publisher varchar(100), isfee varchar(2), fee varchar(20),
    feestandard varchar(500), feestandaccord varchar(500), paypersonname varchar(100), payperidcard varchar(50), payermobile varchar(20),
    occurtime timestamp, transactor varchar(100), resultcetrname varchar(256), isdeliveryresults varchar(2),
    satisfaction varchar(2), remark varchar(256), region_id varchar(12), maketime timestamp, signstate varchar(2),
    dataver integer, stdver varchar(10), sysmark varchar(50), cd_operation varchar(2), isok varchar(2)
);

CREATE TABLE ea_jc_step_specialnode (
    orgbusno varchar(50), projid varchar(50), sn integer, specialtype varchar(2), nodename varchar(1000), noderesult varchar(2),
    nodeprocadv varchar(2000), nodeprocaccord varchar(2000), procername varchar(100), occurtime timestamp, region_id varchar(12),
    maketime timestamp, signstate varchar(2), dataver integer, stdver varchar(10), sysmark varchar(50), cd_operation varchar(2),
    isok varchar(2)
);

CREATE TABLE pre_file (
    unid varchar(50), projid varchar(50), attrname varchar(200), gettype varchar(2), istake varchar(2), amount varchar(5),
    taketime timestamp, filename varchar(200), maketime timestamp, dataver integer, cd_operation varchar(2)
);

CREATE TABLE ea_jc_serveval (
    orgbusno varchar(50), projid varchar(50), assessnumber varchar(1), areacode varchar(12), taskcode varchar(36),
    taskhandleitem varchar(50), taskname varchar(1000), orgcode varchar(64), deptcode varchar(18), userprop varchar(2),
    username varchar(100), certkey varchar(128), certkeygov varchar(128), mobile varchar(11), pf varchar(2),
    satisfaction varchar(2), evaldetail varchar(100), writingevaluation varchar(500), assesstime timestamp, isdefault varchar(1),
    isprotion varchar(1), effectivevalua varchar(1), promanager varchar(100), clientip varchar(45), creatorid varchar(50),
    region_id varchar(12), maketime timestamp, signstate varchar(2), dataver integer, stdver varchar(10), sysmark varchar(50),
    cd_operation varchar(2), isok varchar(2)
);

CREATE INDEX ON pre_apasinfo (orgbusno, projid, dataver);
CREATE INDEX ON ea_jc_step_basicinfo (orgbusno, projid, dataver);
CREATE INDEX ON ea_jc_step_proc (orgbusno, projid, sn, dataver);
CREATE INDEX ON ea_jc_step_done (orgbusno, projid, dataver);
CREATE INDEX ON ea_jc_step_specialnode (orgbusno, projid, sn, dataver);
CREATE INDEX ON pre_file (unid, dataver);
CREATE INDEX ON ea_jc_serveval (orgbusno, projid, dataver);
