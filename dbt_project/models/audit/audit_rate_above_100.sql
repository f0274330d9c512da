with

observations as (

    select * from {{ ref('int_observations_audited') }}

),

findings as (

    select
        'rate-above-100' as rule,
        concat_ws('|', report_key, entity_id, metric, year, dims_key, value) as subject_key,
        report_id,
        entity,
        metric,
        year,
        [observation_id] as observation_ids,
        value as printed,
        -- what it would be if the point had slipped, else the most that it can be
        cast(
            case when value > 1000 then value / 100 when value > 200 then value / 10 else 100 end as decimal(
                28, 6
            )
        )
            as expected,
        case when value > 200 then 'decimal_shifted' end as slip,
        metric_zh || {{ of_dims('dims_key') }} || ' ' || raw || '% > 100%' as arithmetic_zh,
        metric_en || {{ of_dims('dims_key') }} || ' ' || raw || '% > 100%' as arithmetic_en
    from observations
    where unit = 'percent' and value > {{ tolerance('rate-above-100', 'most') }}
    qualify row_number() over (partition by subject_key order by char_start) = 1

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
