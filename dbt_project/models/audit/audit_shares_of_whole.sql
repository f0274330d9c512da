with

observations as (

    select * from {{ ref('int_observations_audited') }}
    where metric_kind = 'ratio' and unit = 'percent' and n_dims = 1 and not is_approximate

),

metric_ratios as (

    select distinct ratio from {{ ref('metric_ratios') }}
    where denominator_scope = 'whole'

),

shares as (

    select
        observations.*,
        json_keys(observations.dims)[1] as dimension
    from observations
    inner join metric_ratios on observations.metric = metric_ratios.ratio
    qualify row_number() over (
        partition by
            observations.account_id,
            observations.passage_id,
            observations.metric,
            observations.dims_key
        order by observations.confidence desc nulls last, observations.char_start
    ) = 1

),

sums as (

    select
        report_id,
        report_key,
        entity_id,
        min(entity) as entity,
        metric,
        metric_zh,
        metric_en,
        year,
        dimension,
        min(place) as place,
        sum(value) as total,
        sum(2 * precision) as tolerance,
        list(observation_id order by char_start) as observation_ids,
        list(raw order by char_start) as raws
    from shares
    group by report_id, report_key, entity_id, metric, metric_zh, metric_en, year, dimension, passage_id
    having count(*) >= 2

),

-- Below 100 a share may be missing; above it one is too large, unless several overlap by design.
contradicted as (

    select * from sums
    where
        cast(total as double) > 100 + tolerance
        and total <= {{ tolerance('shares-of-whole', 'complete_to') }}

),

findings as (

    select
        'shares-of-whole' as rule,
        concat_ws('|', report_key, entity_id, metric, year, dimension, total) as subject_key,
        report_id,
        entity,
        metric,
        year,
        observation_ids,
        cast(total as decimal(28, 6)) as printed,
        cast(100 as decimal(28, 6)) as expected,
        cast(null as varchar) as slip,
        metric_zh
        || '：'
        || array_to_string(raws, ' + ')
        || ' = '
        || {{ figure('total') }}
        || '，应为 100' as arithmetic_zh,
        metric_en
        || ': '
        || array_to_string(raws, ' + ')
        || ' = '
        || {{ figure('total') }}
        || ', not 100' as arithmetic_en
    from contradicted
    qualify row_number() over (partition by subject_key order by place) = 1

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
