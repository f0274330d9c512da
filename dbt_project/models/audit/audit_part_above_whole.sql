with

metric_wholes as (

    select * from {{ ref('metric_wholes') }}

),

observations as (

    select * from {{ ref('int_observations_audited') }}
    where
        preference = 1
        and qualifier = ''
        and not is_approximate
        and metric in (select unnest([wholes.part, wholes.plus, wholes.whole]) from metric_wholes as wholes)

),

places as (

    select * from {{ ref('int_places_compared') }}

),

compared as (

    select
        parts.*,
        addends.observation_id as addend_id,
        addends.metric_zh as addend_zh,
        addends.metric_en as addend_en,
        addends.raw as addend_raw,
        wholes.observation_id as whole_id,
        wholes.metric_zh as whole_zh,
        wholes.metric_en as whole_en,
        wholes.raw as whole_raw,
        wholes.value as whole_value,
        wholes.precision as whole_precision,
        parts.value + coalesce(addends.value, 0) as sum_of_parts,
        parts.precision + coalesce(addends.precision, 0) as parts_precision
    from observations as parts
    inner join metric_wholes on parts.metric = metric_wholes.part
    inner join observations as wholes
        on
            parts.account_id = wholes.account_id
            and parts.dims_key = wholes.dims_key
            and metric_wholes.whole = wholes.metric
    left join observations as addends
        on
            parts.account_id = addends.account_id
            and parts.dims_key = addends.dims_key
            and metric_wholes.plus = addends.metric
    left join places
        on
            parts.report_id = places.report_id
            and wholes.report_id = places.other_report_id
            and parts.entity_id = places.entity_id
            and parts.place = places.place
            and wholes.place = places.other_place
    where
        (metric_wholes.plus is null or addends.value is not null)
        and not coalesce(places.are_apart, false)

),

findings as (

    select
        'part-above-whole' as rule,
        concat_ws(
            '|',
            report_key,
            entity_id,
            metric,
            year,
            dims_key,
            whole_zh,
            coalesce(addend_zh, ''),
            value,
            whole_value
        )
            as subject_key,
        report_id,
        entity,
        metric,
        year,
        {{ without_nulls("[observation_id, addend_id, whole_id]") }}
            as observation_ids,
        cast(sum_of_parts as decimal(28, 6)) as printed,
        whole_value as expected,
        {{ slip('raw', 'value', 'whole_value', 'value_year_before') }} as slip,
        metric_zh
        || {{ of_dims('dims_key') }}
        || ' '
        || raw
        || coalesce(' + ' || addend_zh || ' ' || addend_raw, '')
        || ' > ' || whole_zh || ' ' || whole_raw as arithmetic_zh,
        metric_en
        || {{ of_dims('dims_key') }}
        || ' '
        || raw
        || coalesce(' + ' || addend_en || ' ' || addend_raw, '')
        || ' > ' || whole_en || ' ' || whole_raw as arithmetic_en
    from compared
    where
        cast(sum_of_parts - whole_value as double)
        > parts_precision + whole_precision + {{ tolerance('part-above-whole', 'slack') }} + 1e-6
        -- a sum of two is shown only where neither alone is too many
        and (addend_id is null or value <= whole_value)

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
