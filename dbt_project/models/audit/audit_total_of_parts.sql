with

observations as (

    select * from {{ ref('int_observations_audited') }}
    where place <> 'prose'

),

metric_parts as (

    select * from {{ ref('metric_parts') }}

),

-- A table can print a figure twice, a page break apart.
in_tables as (

    select * from observations
    qualify row_number() over (
        partition by report_id, place, entity_id, year, metric, dims_key
        order by confidence desc nulls last, char_start
    ) = 1

),

-- Parts told apart by a dimension: a metric by programme, income by source.
parts_by_dimension as (

    select
        parts.*,
        metric_parts.total as total_metric,
        metric_parts.dimension || coalesce('/' || metric_parts.nested_in, '') as breakdown,
        {{ dims_key('parts.dims', without=['metric_parts.dimension', 'metric_parts.nested_in']) }}
            as total_dims_key
    from in_tables as parts
    inner join metric_parts
        on
            parts.metric = metric_parts.part
            and json_exists(parts.dims, '$.' || metric_parts.dimension)
            and (metric_parts.nested_in is null or json_exists(parts.dims, '$.' || metric_parts.nested_in))

),

-- Parts that are metrics of their own: the floor areas by use.
parts_by_metric as (

    select
        parts.*,
        metric_parts.total as total_metric,
        'metric' as breakdown,
        parts.dims_key as total_dims_key
    from in_tables as parts
    inner join metric_parts on parts.metric = metric_parts.part and metric_parts.dimension is null
    qualify
        count(*)
            over (
                partition by
                    parts.report_id,
                    parts.place,
                    parts.entity_id,
                    parts.year,
                    parts.dims_key,
                    metric_parts.total
            )
        = (
            select count(*) from metric_parts as needed
            where needed.total = metric_parts.total and needed.dimension is null
        )

),

parts as (

    select * from parts_by_dimension
    union all
    select * from parts_by_metric

),

sums as (

    select
        report_id,
        place,
        entity_id,
        year,
        total_metric,
        breakdown,
        total_dims_key,
        count(*) as n_parts,
        sum(value) as sum_of_parts,
        sum(precision) as precision,
        list(observation_id order by char_start) as observation_ids
    from parts
    group by report_id, place, entity_id, year, total_metric, breakdown, total_dims_key
    having count(*) >= 2

),

compared as (

    select
        totals.*,
        sums.breakdown,
        sums.n_parts,
        sums.sum_of_parts,
        [totals.observation_id] || sums.observation_ids as observation_ids,
        cast(sums.sum_of_parts as double) / nullif(cast(totals.value as double), 0) as share_of_total
    from in_tables as totals
    inner join sums
        on
            totals.report_id = sums.report_id
            and totals.place = sums.place
            and totals.entity_id = sums.entity_id
            and totals.year = sums.year
            and totals.metric = sums.total_metric
            and totals.dims_key = sums.total_dims_key
    where abs(cast(totals.value - sums.sum_of_parts as double)) > totals.precision + sums.precision + 1e-6

),

findings as (

    select
        'total_of_parts' as rule,
        concat_ws('|', report_id, entity_id, metric, year, dims_key, place, breakdown) as subject_key,
        report_id,
        entity,
        metric,
        year,
        observation_ids,
        value as printed,
        cast(sum_of_parts as decimal(28, 6)) as expected,
        place
        || ': '
        || n_parts
        || ' parts ('
        || breakdown
        || ') add up to '
        || cast(cast(sum_of_parts as double) as varchar)
        || ', the total is printed as ' || raw as detail
    from compared
    where
        breakdown = 'metric'
        or share_of_total between {{ var('complete_parts_from') }} and {{ var('complete_parts_to') }}

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
