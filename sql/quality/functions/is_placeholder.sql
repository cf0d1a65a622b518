-- Whether a text stands in for a value that nobody had: a word that people or serialisers write for nothing, in whatever case, width or
-- brackets, or the same character over and over (1, 11111, xx, ——). A name of one or two Chinese characters is not one, even if they are the
-- same, but for the words. For most texts the first two characters decide: only one that begins like a word is compared with the words.
CREATE OR REPLACE FUNCTION quality.is_placeholder(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN
        substr(value, 2, 1) IN ('', left(value, 1)) AND value = repeat(left(value, 1), char_length(value))
        AND (char_length(value) > 2 OR left(value, 1) IN ('无', '空') OR left(value, 1) !~ '[㐀-鿿𠀀-𲎯]')
        THEN true
    WHEN strpos('无暂不未某测没nNtTuUｎＮｔＴｕＵ#＃/／\-－(（[［【<＜{"“''', left(value, 1)) > 0 AND char_length(value) <= 20
        THEN
            btrim(lower(normalize(value, NFKC)), ' ()[]【】<>{}"“”''') = any(ARRAY[  -- noqa: CP02
                '', '-', '/', '无', '空', '暂无', '暂无数据', '无数据', '不详', '不明', '未知', '未填', '没有', '某某', '测试', 'test',
                'null', 'none', 'nil', 'undefined', 'nan', 'nat', 'na', 'n/a', '\n',
                '#n/a', '#null!', '#ref!', '#value!', '#name?', '#num!', '#div/0!'
            ])
    WHEN value IS NOT NULL THEN false
END;
