-- Question: which live accept rows break which rules, as one would write it by hand, knowing the data? It shows what
-- the generic way costs (rules in suites, compiled, over an inspection view) and must find what the suite finds.
-- It is long because the rules are many. Parameters: none. Reads quality.due_fact, ods.accept, dim. Writes by_hand, a
-- table like quality.finding.
INSERT INTO by_hand (feed, source_id, record_key, rule_id, column_name, severity, case_key, delivery_id, run_id)
SELECT
    'accept' AS feed,
    judged.source_id,
    judged.record_key,
    split_part(rule, ' ', 1) AS rule_id,
    split_part(rule, ' ', 2) AS column_name,
    split_part(rule, ' ', 3) AS severity,
    judged.case_key,
    judged.delivery_id,
    'by hand' AS run_id
FROM (
    SELECT
        r.source_id,
        r.record_key,
        r.case_key,
        r.delivery_id,
        array_remove(ARRAY[
            CASE WHEN r.legal IS NULL AND (r.applyer_type IN ('2', '3', '4') OR (r.kind = 'USCC' AND r.applyer_page_code LIKE '9%')) THEN 'C05 legal critical' END,
            CASE WHEN r.promise_date IS NULL AND r.project_type = '2' THEN 'C06 promise_date critical' END,
            CASE
                WHEN r.is_main AND r.requires_material AND r.offers_material AND NOT r.has_material AND r.project_no IS NOT NULL
                    THEN 'C13 project_no warning'
            END,
            CASE WHEN r.task_handle_item IS NULL AND cardinality(r.handle_items) > 0 THEN 'C07 task_handle_item critical' END,
            CASE WHEN r.contact_type IS NULL AND r.contact_code IS NOT NULL THEN 'C08 contact_type warning' END,
            CASE WHEN r.contact_code IS NULL AND r.contact_type IS NOT NULL THEN 'C08 contact_code warning' END,
            CASE WHEN r.contact_mobile IS NULL THEN 'C08 contact_mobile warning' END,
            CASE WHEN r.project_type NOT IN ('1', '2', '9') THEN 'V01 project_type critical' END,
            CASE WHEN r.applyer_type NOT IN ('1', '2', '3', '4', '5', '6') THEN 'V01 applyer_type critical' END,
            CASE WHEN r.apply_type NOT IN ('1', '2', '3') THEN 'V01 apply_type critical' END,
            CASE WHEN r.contact_type NOT IN (SELECT code FROM dim.code WHERE list = 'certificate_type') THEN 'V01 contact_type critical' END,
            CASE WHEN NOT r.is_item_code THEN 'V03 task_code critical' END,
            CASE WHEN NOT r.is_issuer AND NOT quality.is_credit_code(r.org_code) THEN 'V04 org_code critical' END,
            CASE WHEN r.kind = 'USCC' AND NOT quality.is_credit_code(r.applyer_page_code) THEN 'V04 applyer_page_code critical' END,
            CASE WHEN r.applyer_page_type = '111' AND NOT quality.is_id_number(r.applyer_page_code, r.synced_at::date) THEN 'V05 applyer_page_code critical' END,
            CASE WHEN r.apply_date IS NOT NULL AND r.applied_at IS NULL THEN 'V08 apply_date critical' END,
            CASE WHEN r.accept_date IS NOT NULL AND r.accepted_at IS NULL THEN 'V08 accept_date critical' END,
            CASE WHEN r.promise_date IS NOT NULL AND r.promised_at IS NULL THEN 'V08 promise_date critical' END,
            CASE WHEN NOT r.fills_time AND r.cd_time <> date_trunc('second', r.synced_at)::text THEN 'V08 cd_time critical' END,
            CASE WHEN NOT r.is_certificate_type AND r.applyer_page_type IS NOT NULL THEN 'V06 applyer_page_type critical' END,
            CASE
                WHEN
                    r.contact_mobile !~ '^1[3-9][0-9]{9}$' OR right(r.contact_mobile, 8) = repeat(right(r.contact_mobile, 1), 8)
                    THEN 'V07 contact_mobile warning'
            END,
            CASE WHEN quality.is_placeholder(r.task_name) AND char_length(r.task_name) <= 1000 THEN 'V09 task_name warning' END,
            CASE WHEN quality.is_placeholder(r.applyer_name) AND char_length(r.applyer_name) <= 100 THEN 'V09 applyer_name warning' END,
            CASE WHEN quality.is_placeholder(r.legal) AND char_length(r.legal) <= 100 THEN 'V09 legal warning' END,
            CASE WHEN quality.is_placeholder(r.contact_name) AND char_length(r.contact_name) <= 100 THEN 'V09 contact_name warning' END,
            CASE WHEN quality.is_placeholder(r.contact_code) AND char_length(r.contact_code) <= 50 THEN 'V09 contact_code warning' END,
            CASE WHEN quality.is_placeholder(r.org_name) AND char_length(r.org_name) <= 100 THEN 'V09 org_name warning' END,
            CASE WHEN quality.is_placeholder(r.handle_user_name) AND char_length(r.handle_user_name) <= 100 THEN 'V09 handle_user_name warning' END,
            CASE WHEN quality.is_placeholder(r.accept_doc_no) AND char_length(r.accept_doc_no) <= 50 THEN 'V09 accept_doc_no warning' END,
            CASE
                WHEN
                    quality.is_placeholder(r.applyer_page_code) AND char_length(r.applyer_page_code) <= 500
                    AND r.applyer_page_type <> '111' AND r.kind <> 'USCC'
                    THEN 'V09 applyer_page_code warning'
            END,
            CASE WHEN quality.is_placeholder(r.project_no) AND char_length(r.project_no) <= 50 THEN 'V09 project_no critical' END,
            CASE
                WHEN
                    char_length(r.project_no) = 43 AND r.is_sound AND r.is_item_code AND quality.is_clean_key(r.project_no, 50)
                    AND NOT quality.is_placeholder(r.project_no)
                    AND (
                        left(r.project_no, 31) <> r.task_code
                        OR substr(r.project_no, 32, 8) NOT IN (replace(left(r.accept_date, 10), '-', ''), replace(left(r.apply_date, 10), '-', ''))
                    )
                    THEN 'V10 project_no warning'
            END,
            CASE WHEN quality.is_stand_in(r.case_key) THEN 'V09 project_no warning' END,
            CASE WHEN r.cd_operation NOT IN ('I', 'U', 'D') THEN 'V14 cd_operation critical' END,
            CASE WHEN r.data_source <> '161' THEN 'V14 data_source critical' END,
            CASE WHEN r.cd_source <> 'p61' THEN 'V14 cd_source critical' END,
            CASE
                WHEN
                    left(r.task_handle_item, 31) = r.task_code AND r.version_in_force IS NOT NULL
                    AND NOT coalesce(r.task_handle_item = any(r.handle_items), true) AND quality.is_clean_text(r.task_handle_item, 50, false)
                    THEN 'R02 task_handle_item critical'
            END,
            CASE
                WHEN
                    r.task_name <> r.item_name AND NOT quality.is_placeholder(r.task_name) AND quality.is_clean_text(r.task_name, 1000, false)
                    AND NOT quality.is_lost_text(r.task_name) AND NOT quality.is_misread_text(r.task_name, false)
                    THEN 'R07 task_name warning'
            END,
            CASE
                WHEN r.is_item_code AND NOT r.is_issuer AND quality.is_credit_code(r.org_code) AND r.org_code <> left(r.task_code, 18) AND r.org_code IS DISTINCT FROM r.department_code
                    AND r.is_entrusted IS NOT true AND r.is_sound
                    THEN 'K03 org_code warning'
            END,
            CASE
                WHEN r.project_type IN ('1', '2', '9') AND r.project_type <> r.case_type_code AND NOT coalesce(
                    (r.applyer_type = '1' AND r.kind <> 'PERSON') OR (r.applyer_type IN ('2', '3', '4', '5') AND r.kind NOT IN ('USCC', 'ORGANISATION')), false
                )
                    THEN 'K05 project_type warning'
            END,
            CASE
                WHEN r.applyer_type IN ('1', '2', '3', '4', '5', '6') AND r.applyer_type <> all(string_to_array(r.server_types, ',')) AND NOT coalesce(
                    (r.applyer_type = '1' AND r.kind <> 'PERSON') OR (r.applyer_type IN ('2', '3', '4', '5') AND r.kind NOT IN ('USCC', 'ORGANISATION')), false
                )
                    THEN 'K05 applyer_type warning'
            END,
            CASE
                WHEN
                    quality.end_of(r.promise_date, r.promised_at) >= r.accepted_at AND r.is_sound
                    AND (
                        r.promise_no - r.accept_no - r.promised_workdays NOT BETWEEN -1 AND 1
                        AND r.promise_no - r.apply_no - r.promised_workdays NOT BETWEEN -1 AND 1
                        OR r.promised_at::date - r.accepted_at::date - r.promised_days NOT BETWEEN -1 AND 1
                        AND CASE WHEN r.is_sound_apply THEN r.promised_at::date - r.applied_at::date - r.promised_days END NOT BETWEEN -1 AND 1
                        OR r.promised_days IS NULL AND num_nulls(r.promised_workdays, r.promise_no) > 0
                        AND r.promised_at::date - r.accepted_at::date > r.limit_days
                    )
                    THEN 'T07 promise_date warning'
            END,
            CASE WHEN NOT r.fills_time AND r.cd_time = date_trunc('second', r.synced_at)::text AND r.is_main AND r.is_sound AND r.first_arrived_at::date > r.accepted_at::date THEN 'T11 cd_time warning' END,
            CASE WHEN r.is_conflicting THEN 'U08 project_no warning' END,
            CASE WHEN r.has_item AND NOT r.is_undated AND r.is_sound AND r.version_in_force IS NULL THEN 'T14 accept_date warning' END,
            CASE
                WHEN
                    r.apply_type = '1' AND r.is_sound
                    AND NOT (r.is_workday AND (char_length(r.accept_date) = 10 OR r.counter_seconds @> extract(EPOCH FROM r.accepted_at::time)::integer))
                    THEN 'T15 accept_date warning'
            END,
            CASE WHEN r.is_item_code AND NOT r.has_item THEN 'R01 task_code critical' END,
            CASE
                WHEN
                    (r.is_issuer OR quality.is_credit_code(r.org_code))
                    AND NOT EXISTS (
                        SELECT FROM dim.organisation AS known
                        WHERE r.org_code = known.code AND r.accepted_on BETWEEN known.valid_from AND known.valid_to
                    )
                    THEN 'R06 org_code warning'
            END,
            CASE
                WHEN
                    quality.is_clean_text(quality.filled(r.station_code), 20, false)
                    AND NOT EXISTS (
                        SELECT FROM dim.station AS known
                        WHERE r.station_code = known.station_code AND r.accepted_on BETWEEN known.valid_from AND known.valid_to
                    )
                    THEN 'R06 station_code warning'
            END,
            (
                SELECT 'R09 station_code ' || CASE WHEN r.own_stations_only THEN 'critical' ELSE 'warning' END
                FROM dim.station AS foreign_one
                WHERE
                    r.station_code = foreign_one.station_code AND r.accepted_on BETWEEN foreign_one.valid_from AND foreign_one.valid_to
                    AND foreign_one.source_id <> r.source_id
            ),
            CASE WHEN NOT r.fills_case_type AND r.project_type_raw IS NOT NULL AND r.project_type IS NULL THEN 'R08 project_type critical' END,
            CASE WHEN r.apply_type_raw IS NOT NULL AND r.apply_type IS NULL THEN 'R08 apply_type critical' END,
            CASE WHEN NOT r.fills_version AND r.has_item AND r.task_version IS NOT NULL AND NOT r.has_version AND NOT r.is_unnamed THEN 'R03 task_version critical' END,
            CASE WHEN NOT r.fills_version AND r.has_version AND NOT r.is_undated AND r.task_version <> r.version_in_force THEN 'R03 task_version warning' END,
            CASE WHEN r.is_item_code AND left(r.task_handle_item, 31) <> r.task_code THEN 'K01 task_handle_item critical' END,
            CASE WHEN NOT r.fills_catalog AND r.is_item_code AND r.catalog_code <> substr(r.task_code, 20, 12) THEN 'K02 catalog_code critical' END,
            CASE
                WHEN r.applyer_type = '1' AND r.kind <> 'PERSON' THEN 'K04 applyer_page_type critical'
                WHEN r.applyer_type IN ('2', '3', '4', '5') AND r.kind NOT IN ('USCC', 'ORGANISATION') THEN 'K04 applyer_page_type critical'
            END,
            CASE WHEN r.is_sound_apply AND r.applied_at > quality.end_of(r.accept_date, r.accepted_at) THEN 'T01 apply_date critical' END,
            CASE WHEN r.applied_at > r.synced_at + interval '5 minutes' THEN 'T05 apply_date critical' END,
            CASE WHEN r.accepted_at > r.synced_at + interval '5 minutes' THEN 'T05 accept_date critical' END,
            CASE WHEN r.is_sound AND r.accepted_at > quality.end_of(r.promise_date, r.promised_at) THEN 'T06 promise_date critical' END,
            CASE WHEN r.is_clash THEN 'U01 row_guid critical' END,
            CASE WHEN NOT r.is_main AND r.project_no IS NOT NULL THEN 'U02 project_no duplicate' END
        ], NULL)
        || CASE
            WHEN
                num_nulls(
                    r.project_no, r.task_code, r.task_name, r.applyer_name, r.applyer_type, r.applyer_page_type, r.applyer_page_code,
                    r.apply_date, r.apply_type_raw, r.org_name, r.org_code, r.accept_date, r.row_guid, r.catalog_code, r.task_version,
                    r.project_type_raw, r.data_source, r.cd_operation, r.cd_time, r.cd_batch
                ) > 0
                THEN (
                    SELECT array_agg('C01 ' || cell.name || ' critical')
                    FROM (VALUES
                        ('project_no', r.project_no, false), ('task_code', r.task_code, false), ('task_name', r.task_name, false),
                        ('applyer_name', r.applyer_name, false), ('applyer_type', r.applyer_type, false),
                        ('applyer_page_type', r.applyer_page_type, false), ('applyer_page_code', r.applyer_page_code, false),
                        ('apply_date', r.apply_date, false), ('apply_type', r.apply_type_raw, false), ('org_name', r.org_name, false),
                        ('org_code', r.org_code, false), ('accept_date', r.accept_date, false), ('row_guid', r.row_guid, true),
                        ('catalog_code', r.catalog_code, true), ('task_version', r.task_version, true),
                        ('project_type', r.project_type_raw, true), ('data_source', r.data_source, true),
                        ('cd_operation', r.cd_operation, true), ('cd_time', r.cd_time, true), ('cd_batch', r.cd_batch, true)
                    ) AS cell (name, value, is_filled_in)
                    WHERE cell.value IS NULL AND NOT (cell.is_filled_in AND cell.name = any(r.filled_columns))
                )
        END
        || CASE
            WHEN r.is_garbled
                THEN (
                    SELECT array_agg('V16 ' || cell.name || CASE WHEN quality.is_lost_text(cell.value) THEN ' critical' ELSE ' warning' END)
                    FROM (VALUES
                        ('task_name', r.task_name), ('project_name', r.project_name), ('applyer_name', r.applyer_name), ('legal', r.legal),
                        ('contact_name', r.contact_name), ('address', r.address), ('org_name', r.org_name), ('handle_user_name', r.handle_user_name)
                    ) AS cell (name, value)
                    WHERE quality.is_lost_text(cell.value) OR quality.is_misread_text(cell.value, false)
                )
        END
        -- Most rows have nothing odd in any text: for those no text is looked at.
        || CASE
            WHEN r.is_suspect
                THEN (
                    SELECT array_agg('V02 ' || cell.name || ' critical')
                    FROM (VALUES
                        ('row_guid', r.row_guid, 50), ('project_no', r.project_no, 50), ('catalog_code', r.catalog_code, 12),
                        ('local_catalog_code', r.local_catalog_code, 50), ('local_task_code', r.local_task_code, 50), ('task_handle_item', r.task_handle_item, 50),
                        ('task_name', r.task_name, 1000), ('task_version', r.task_version, 10), ('project_name', r.project_name, 1000),
                        ('project_type', r.project_type, 2), ('applyer_name', r.applyer_name, 100), ('applyer_type', r.applyer_type, 2),
                        ('applyer_page_code', CASE WHEN NOT coalesce(r.applyer_page_type = '111' OR r.kind = 'USCC', false) THEN r.applyer_page_code END, 500),
                        ('apply_type', r.apply_type, 2), ('legal', r.legal, 100), ('contact_name', r.contact_name, 100),
                        ('contact_type', r.contact_type, 6), ('contact_code', r.contact_code, 50),
                        ('zip_code', r.zip_code, 6), ('address', r.address, 1000), ('org_name', r.org_name, 100),
                        ('handle_user_name', r.handle_user_name, 100), ('accept_doc_no', r.accept_doc_no, 50),
                        ('station_code', r.station_code, 20), ('cd_batch', r.cd_batch, 32)
                    ) AS cell (name, value, longest)
                    WHERE
                        NOT quality.is_clean_text(quality.filled(cell.value), cell.longest, false)
                        OR cell.name IN ('row_guid', 'project_no') AND NOT quality.is_clean_key(quality.filled(cell.value), cell.longest)
                )
        END AS broken
    FROM (
        SELECT
            accept.source_id,
            accept.record_key,
            accept.case_key,
            accept.delivery_id,
            accept.synced_at,
            accept.is_suspect,
            accept.is_garbled,
            accept.is_sheet,
            accept.filled_columns,
            'task_version' = any(accept.filled_columns) AS fills_version,
            'project_type' = any(accept.filled_columns) AS fills_case_type,
            'catalog_code' = any(accept.filled_columns) AS fills_catalog,
            'cd_time' = any(accept.filled_columns) AS fills_time,
            accept.is_main,
            accept.first_arrived_at,
            accept.is_conflicting,
            accept.is_clash,
            accept.applied_at,
            accept.accepted_at,
            accept.promised_at,
            certificate.canonical AS kind,
            item.item_code IS NOT NULL AS has_item,
            item.is_unnamed,
            item.is_undated,
            coalesce(item.is_well_formed, quality.is_item_code(quality.filled(accept.task_code))) AS is_item_code,
            coalesce(item.is_well_formed AND accept.org_code = left(accept.task_code, 18), false) AS is_issuer,
            named.item_version IS NOT NULL AS has_version,
            in_force.item_version AS version_in_force,
            in_force.requires_material,
            accept.has_material,
            accept.offers_material,
            in_force.case_type_code,
            in_force.server_types,
            in_force.department_code,
            in_force.is_entrusted,
            in_force.handle_items,
            in_force.promised_workdays,
            in_force.promised_days,
            in_force.limit_days,
            CASE WHEN 'task_version' = any(accept.filled_columns) THEN in_force.name ELSE named.name END AS item_name,
            certificate.code IS NOT NULL AS is_certificate_type,
            accept.accepted_at <= accept.synced_at + interval '5 minutes' AS is_sound,
            accept.applied_at <= accept.synced_at + interval '5 minutes' AS is_sound_apply,
            CASE WHEN accept.accepted_at <= accept.synced_at + interval '5 minutes' THEN accept.accepted_at ELSE accept.synced_at END::date AS accepted_on,
            accept.counter_seconds,
            accept.own_stations_only,
            accept_day.is_workday,
            accept_day.workday_no + CASE WHEN accept_day.is_workday THEN 0 ELSE 1 END AS accept_no,
            apply_day.workday_no + CASE WHEN apply_day.is_workday THEN 0 ELSE 1 END AS apply_no,
            promise_day.workday_no + CASE WHEN promise_day.is_workday THEN 0 ELSE 1 END AS promise_no,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.row_guid) ELSE accept.row_guid END AS row_guid,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.project_no) ELSE accept.project_no END AS project_no,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.catalog_code) ELSE accept.catalog_code END AS catalog_code,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.task_code) ELSE accept.task_code END AS task_code,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.task_name) ELSE accept.task_name END AS task_name,
            CASE WHEN 'task_version' = any(accept.filled_columns) THEN in_force.item_version ELSE quality.filled(accept.task_version) END AS task_version,
            quality.filled(accept.project_type) AS project_type_raw,
            CASE
                WHEN 'project_type' = any(accept.filled_columns) THEN in_force.case_type_code
                WHEN 'project_type' = any(accept.own_lists) THEN (
                    SELECT own.code
                    FROM dim.source_code AS own
                    WHERE own.source_id = accept.source_id AND own.column_name = 'project_type' AND own.raw_code = accept.project_type
                )
                ELSE quality.filled(accept.project_type)
            END AS project_type,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.applyer_name) ELSE accept.applyer_name END AS applyer_name,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.applyer_type) ELSE accept.applyer_type END AS applyer_type,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.applyer_page_type) ELSE accept.applyer_page_type END AS applyer_page_type,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.applyer_page_code) ELSE accept.applyer_page_code END AS applyer_page_code,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.apply_date) ELSE accept.apply_date END AS apply_date,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.apply_type) ELSE accept.apply_type END AS apply_type_raw,
            CASE
                WHEN 'apply_type' = any(accept.own_lists) THEN (
                    SELECT own.code
                    FROM dim.source_code AS own
                    WHERE own.source_id = accept.source_id AND own.column_name = 'apply_type' AND own.raw_code = accept.apply_type
                )
                WHEN accept.is_suspect THEN quality.filled(accept.apply_type)
                ELSE accept.apply_type
            END AS apply_type,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.legal) ELSE accept.legal END AS legal,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.contact_type) ELSE accept.contact_type END AS contact_type,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.contact_name) ELSE accept.contact_name END AS contact_name,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.contact_code) ELSE accept.contact_code END AS contact_code,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.contact_mobile) ELSE accept.contact_mobile END AS contact_mobile,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.handle_user_name) ELSE accept.handle_user_name END AS handle_user_name,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.accept_doc_no) ELSE accept.accept_doc_no END AS accept_doc_no,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.task_handle_item) ELSE accept.task_handle_item END AS task_handle_item,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.org_name) ELSE accept.org_name END AS org_name,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.org_code) ELSE accept.org_code END AS org_code,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.accept_date) ELSE accept.accept_date END AS accept_date,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.promise_date) ELSE accept.promise_date END AS promise_date,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.data_source) ELSE accept.data_source END AS data_source,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.cd_source) ELSE accept.cd_source END AS cd_source,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.cd_operation) ELSE accept.cd_operation END AS cd_operation,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.cd_time) ELSE accept.cd_time END AS cd_time,
            CASE WHEN accept.is_suspect THEN quality.filled(accept.cd_batch) ELSE accept.cd_batch END AS cd_batch,
            accept.local_catalog_code,
            accept.local_task_code,
            accept.project_name,
            accept.zip_code,
            accept.address,
            accept.station_code
        FROM (
            -- OFFSET 0: what is parsed once is not parsed again for every use.
            SELECT
                version.*,
                source.is_sheet,
                source.filled_columns,
                source.own_lists,
                'material' = any(source.feeds) AS offers_material,
                due.has_material,
                source.counter_seconds,
                source.own_stations_only,
                version.source_id = due.accept_source_id AND version.record_key = due.accept_record_key AS is_main,
                due.first_arrived_at,
                CASE
                    WHEN version.source_id <> due.accept_source_id
                        THEN quality.is_conflicting(due.main_digest, quality.case_digest(version.task_code, version.applyer_page_code, version.accept_date))
                    WHEN version.record_key = due.accept_record_key AND due.main_digest IS NOT NULL
                        THEN EXISTS (
                            SELECT FROM ods.accept AS copy
                            WHERE
                                copy.case_key = due.case_key AND copy.is_current AND copy.operation <> 'D'
                                AND copy.source_id = any(due.copy_sources)
                                AND quality.is_conflicting(due.main_digest, quality.case_digest(copy.task_code, copy.applyer_page_code, copy.accept_date))
                        )
                END AS is_conflicting,
                due.shares_row_guid AND EXISTS (
                    SELECT FROM ods.shared_row_guid AS sharer
                    INNER JOIN ods.shared_row_guid AS other
                        ON sharer.row_key = other.row_key AND sharer.feed = other.feed AND sharer.source_id = other.source_id
                    INNER JOIN ods.accept AS earlier
                        ON other.record_key = earlier.record_key AND other.source_id = earlier.source_id AND other.case_key = earlier.case_key
                    INNER JOIN ods.case_fact AS fact ON earlier.case_key = fact.case_key
                    WHERE
                        sharer.feed = 'accept' AND sharer.record_key = version.record_key AND sharer.source_id = version.source_id
                        AND earlier.case_key <> version.case_key AND earlier.is_current AND earlier.operation <> 'D' AND NOT fact.is_withdrawn
                        AND (
                            (
                                SELECT min(old.synced_at)
                                FROM ods.accept AS old
                                WHERE old.record_key = earlier.record_key AND old.source_id = earlier.source_id
                            ),
                            earlier.case_key
                        ) < (
                            (
                                SELECT min(old.synced_at)
                                FROM ods.accept AS old
                                WHERE old.record_key = version.record_key AND old.source_id = version.source_id
                            ),
                            version.case_key
                        )
                ) AS is_clash,
                quality.parse_time(version.apply_date, source.is_sheet) AS applied_at,
                quality.parse_time(version.accept_date, source.is_sheet) AS accepted_at,
                quality.parse_time(version.promise_date, source.is_sheet) AS promised_at,
                coalesce(version.task_name, '') || coalesce(version.project_name, '') || coalesce(version.applyer_name, '')
                || coalesce(version.legal, '') || coalesce(version.contact_name, '') || coalesce(version.address, '')
                || coalesce(version.org_name, '') || coalesce(version.handle_user_name, '') ~ quality.garbled_marks() AS is_garbled,
                version.is_odd
                OR octet_length(version.row_guid) > 50 OR octet_length(version.project_no) > 50
                OR octet_length(version.catalog_code) > 12 OR octet_length(version.local_catalog_code) > 50
                OR octet_length(version.task_code) > 36 OR octet_length(version.local_task_code) > 50
                OR octet_length(version.task_handle_item) > 50 OR octet_length(version.task_name) > 1000
                OR octet_length(version.task_version) > 10 OR octet_length(version.project_name) > 1000
                OR octet_length(version.project_type) > 2 OR octet_length(version.applyer_name) > 100
                OR octet_length(version.applyer_type) > 2 OR octet_length(version.applyer_page_type) > 70
                OR octet_length(version.applyer_page_code) > 500 OR octet_length(version.apply_type) > 2
                OR octet_length(version.legal) > 100 OR octet_length(version.contact_name) > 100
                OR octet_length(version.contact_type) > 6 OR octet_length(version.contact_code) > 50
                OR octet_length(version.contact_mobile) > 11 OR octet_length(version.zip_code) > 6
                OR octet_length(version.address) > 1000 OR octet_length(version.org_name) > 100
                OR octet_length(version.org_code) > 18 OR octet_length(version.handle_user_name) > 100
                OR octet_length(version.accept_doc_no) > 50 OR octet_length(version.station_code) > 20
                OR octet_length(version.data_source) > 3 OR octet_length(version.cd_operation) > 2
                OR octet_length(version.cd_batch) > 32 AS is_suspect
            FROM quality.due_fact AS due
            INNER JOIN ods.accept AS version
                ON due.case_key = version.case_key AND version.is_current AND version.operation <> 'D'
            INNER JOIN dim.source AS source ON version.source_id = source.source_id
            OFFSET 0 -- noqa: AM09
        ) AS accept
        LEFT JOIN dim.code AS certificate
            ON certificate.list = 'certificate_type' AND accept.applyer_page_type = certificate.code
        LEFT JOIN (
            SELECT
                item_code,
                bool_and(is_well_formed) AS is_well_formed,
                bool_or(item_version = '') AS is_unnamed,
                bool_or(valid_from IS NULL) AS is_undated
            FROM dim.service_item_version
            GROUP BY item_code
        ) AS item ON accept.task_code = item.item_code
        LEFT JOIN dim.service_item_version AS named
            ON accept.task_code = named.item_code AND accept.task_version = named.item_version
        LEFT JOIN dim.service_item_version AS in_force
            ON accept.task_code = in_force.item_code
            AND accept.accepted_at >= in_force.valid_from AND accept.accepted_at < in_force.valid_until
            AND accept.accepted_at <= accept.synced_at + interval '5 minutes'
        LEFT JOIN dim.calendar_day AS accept_day ON accept.accepted_at::date = accept_day.day
        LEFT JOIN dim.calendar_day AS apply_day
            ON accept.applied_at::date = apply_day.day AND accept.applied_at <= accept.synced_at + interval '5 minutes'
        LEFT JOIN dim.calendar_day AS promise_day ON accept.promised_at::date = promise_day.day
    ) AS r
) AS judged
CROSS JOIN unnest(judged.broken) AS rule;
