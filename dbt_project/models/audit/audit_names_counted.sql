with

programmes as (

    select list(distinct squeezed_name) as known_programmes from {{ ref('int_programme_names') }}

),

lists as (

    select
        observations.*,
        programmes.known_programmes,
        ends_with(observations.list_before, '等') as is_open,
        string_split(regexp_replace(observations.list_before, '等$', ''), '、') as listed
    from {{ ref('int_observations_audited') }} as observations
    cross join programmes
    where observations.list_before is not null and not observations.is_approximate

),

-- Names are what is counted where they end as it does (信息部、汽车部两个专业部), or are programmes.
-- The first has words of the sentence before it, the last may join a name more.
counted as (

    select
        *,
        len(listed) as n_names,
        len(regexp_extract_all(listed[-1], '[和与及]')) as n_joined,
        len(list_distinct(list_transform(listed, lambda n: right(n, 1)))) = 1
        and contains(noun_behind, right(listed[1], 1)) as end_alike,
        contains(noun_behind, '专业')
        and len(list_filter(listed[2:], lambda n: not list_contains(known_programmes, n))) = 0
        and len(list_filter(known_programmes, lambda p: ends_with(listed[1], p))) > 0 as are_programmes
    from lists

),

contradicted as (

    select * from counted
    where
        (end_alike or are_programmes)
        and n_names >= {{ tolerance('names-counted', 'least_names') }}
        and abs(cast(value as integer) - n_names) <= {{ tolerance('names-counted', 'most_off') }}
        and (value < n_names or not is_open and value > n_names + if(are_programmes, 0, n_joined))

),

findings as (

    select
        'names-counted' as rule,
        concat_ws('|', report_key, entity_id, metric, year, list_before, value) as subject_key,
        report_id,
        entity,
        metric,
        year,
        [observation_id] as observation_ids,
        value as printed,
        cast(n_names as decimal(28, 6)) as expected,
        cast(null as varchar) as slip,
        metric_zh || '：列出 ' || n_names || ' 个（' || list_before || '），印作 ' || raw as arithmetic_zh,
        metric_en || ': ' || n_names || ' are named (' || list_before || '), printed ' || raw as arithmetic_en
    from contradicted
    qualify row_number() over (partition by subject_key order by char_start) = 1

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
