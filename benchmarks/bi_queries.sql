-- Ten questions of BI at a warehouse of any size, asked of the marts and, as the floor, by hand of the raw observations.
-- A block: its name, the query on the marts, the query on `raw`, which is read from Parquet.

-- trend of a school
SELECT year, value, change_pct
FROM mart_school_trends
WHERE school_name_zh = '重庆市涪陵区第1职业学校' AND metric = 'enrolment'
ORDER BY year;
SELECT year, arg_max(value, confidence)
FROM raw
WHERE entity = '重庆市涪陵区第1职业学校' AND metric = 'enrolment' AND dim = '{}'
GROUP BY year
ORDER BY year;

-- all figures of a school in a year
SELECT metric_name_zh, value, rank_overall
FROM mart_school_trends
WHERE school_name_zh = '重庆市涪陵区第1职业学校' AND year = 2024;
SELECT metric, arg_max(value, confidence)
FROM raw
WHERE entity = '重庆市涪陵区第1职业学校' AND year = 2024 AND dim = '{}' AND metric <> 'unmapped'
GROUP BY metric;

-- ranking of a district's schools
SELECT school_name_zh, value, rank_in_district
FROM mart_school_trends
WHERE district_code = '500102' AND metric = 'enrolment' AND year = 2024
ORDER BY rank_in_district;
SELECT entity, arg_max(value, confidence) AS v
FROM raw
WHERE entity LIKE '重庆市涪陵区%' AND metric = 'enrolment' AND year = 2024 AND dim = '{}'
GROUP BY entity
ORDER BY v DESC;

-- ranking of the districts
SELECT district_name_zh, value, rank_overall
FROM mart_district_trends
WHERE metric = 'enrolment' AND year = 2024
ORDER BY rank_overall;
SELECT substr(entity, 4, 3) AS d, sum(v) AS v
FROM (SELECT entity, arg_max(value, confidence) AS v
FROM raw
WHERE metric = 'enrolment' AND year = 2024 AND dim = '{}'
GROUP BY entity)
GROUP BY d
ORDER BY v DESC;

-- coverage by district
SELECT district_code, count(*) FILTER (is_present), count(*)
FROM mart_coverage
WHERE year = 2024 AND is_expected
GROUP BY district_code;
SELECT substr(entity, 4, 3) AS d, count(DISTINCT (entity, metric))
FROM raw
WHERE year = 2024 AND dim = '{}' AND metric <> 'unmapped'
GROUP BY d;

-- schools that miss the enrolment of a year
SELECT school_name_zh
FROM mart_coverage
WHERE year = 2024 AND metric = 'enrolment' AND is_expected AND NOT is_present;
SELECT DISTINCT entity
FROM raw
WHERE entity NOT IN (SELECT entity
FROM raw
WHERE metric = 'enrolment' AND year = 2024 AND dim = '{}' AND entity IS NOT NULL);

-- enrolment by programme of a year
SELECT programme_id, sum(value)
FROM fct_school_programme_metric
WHERE metric = 'enrolment' AND year = 2024
GROUP BY programme_id;
SELECT dim, sum(v)
FROM (SELECT entity, dim, arg_max(value, confidence) AS v
FROM raw
WHERE metric = 'enrolment' AND year = 2024 AND dim LIKE '%programme%'
GROUP BY entity, dim)
GROUP BY dim;

-- largest restatements of a year
SELECT subject_name_zh, metric_name_zh, value_before, restated_value
FROM mart_restatements
WHERE year = 2023
ORDER BY abs(restated_by_pct) DESC LIMIT 20;
SELECT entity, metric, min(value), max(value)
FROM raw
WHERE year = 2023 AND dim = '{}' AND metric <> 'unmapped'
GROUP BY entity, metric
HAVING min(value) <> max(value)
ORDER BY max(value) / nullif(min(value), 0) DESC LIMIT 20;

-- growth of all schools in a metric
SELECT year, avg(change_pct), count(*)
FROM mart_school_trends
WHERE metric = 'new_entrants'
GROUP BY year
ORDER BY year;
SELECT year, avg(v - before), count(*)
FROM (SELECT year, v, lag(v) OVER (PARTITION BY entity
ORDER BY year) AS before
FROM (SELECT entity, year, arg_max(value, confidence) AS v
FROM raw
WHERE metric = 'new_entrants' AND dim = '{}'
GROUP BY ALL))
GROUP BY year
ORDER BY year;

-- schools by year, headline figures side by side
SELECT district_name_zh, avg(enrolment_persons / nullif(full_time_teachers_persons, 0))
FROM mart_school_year
WHERE year = 2024
GROUP BY district_name_zh;
SELECT substr(entity, 4, 3) AS d, avg(e / nullif(t, 0))
FROM (SELECT entity, arg_max(value, confidence) FILTER (metric = 'enrolment') AS e, arg_max(value, confidence) FILTER (metric = 'full_time_teachers') AS t
FROM raw
WHERE year = 2024 AND dim = '{}' AND metric IN ('enrolment', 'full_time_teachers')
GROUP BY entity)
GROUP BY d;
