with

observations as (

    select * from {{ ref('int_observations_audited') }}

),

printed as (

    select * from {{ ref('fct_observation') }}

),

metric_parts as (

    select * from {{ ref('metric_parts') }}

),

-- A table can print a figure twice, a page break apart. A sentence is a place of its own.
in_places as (

    select * from observations
    where
        metric in (
            select metric_parts.part from metric_parts
            union all
            select metric_parts.total from metric_parts
        )
    qualify row_number() over (
        partition by account_id, passage_id, metric, dims_key
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
    from in_places as parts
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
    from in_places as parts
    inner join metric_parts on parts.metric = metric_parts.part and metric_parts.dimension is null
    qualify
        count(*)
            over (
                partition by
                    parts.account_id, parts.passage_id, parts.dims_key, metric_parts.total
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
        passage_id,
        entity_id,
        year,
        total_metric,
        breakdown,
        total_dims_key,
        sum(value) as sum_of_parts,
        sum(precision) as precision,
        list(observation_id order by char_start) as observation_ids,
        list(raw || unit_raw order by char_start) as raws,
        min(entity) as entity,
        bool_or(part_of is not null) as are_examples
    from parts
    group by report_id, place, passage_id, entity_id, year, total_metric, breakdown, total_dims_key
    having count(*) >= 2

),

-- The totals that the parts may be of: their own entity's, or what a table prints under another name.
candidates as (

    select
        totals.*,
        sums.entity_id as parts_entity_id,
        sums.breakdown,
        sums.sum_of_parts,
        sums.raws,
        sums.entity as parts_entity,
        sums.are_examples,
        sums.passage_id as parts_passage_id,
        sums.place as parts_place,
        sums.observation_ids as part_ids,
        sums.precision as parts_precision,
        totals.entity_id = sums.entity_id as is_own,
        totals.passage_id = sums.passage_id as is_beside,
        abs(cast(totals.value - sums.sum_of_parts as double))
        <= totals.precision + sums.precision + 1e-6 as agrees,
        cast(sums.sum_of_parts as double) / nullif(cast(totals.value as double), 0) as share_of_total
    from in_places as totals
    inner join sums
        on
            totals.report_id = sums.report_id
            and totals.year = sums.year
            and totals.metric = sums.total_metric
            and totals.dims_key = sums.total_dims_key
    where
        not totals.is_approximate
        and not list_contains(sums.observation_ids, totals.observation_id)
        and (is_own and is_beside or totals.preference = 1 and totals.place <> 'prose')

),

-- A table that has another's sums in two years, to the last digit, is about the same school.
known as (

    select * from candidates
    qualify
        is_own
        or count(*) filter (agrees and value >= {{ tolerance('total-of-parts', 'least_value') }}) over (
            partition by
                report_id, place, entity_id, metric, dims_key, parts_entity_id, parts_passage_id, breakdown
        ) >= {{ tolerance('total-of-parts', 'least_years') }}

),

-- The total of the parts' own table or sentence; where that prints none, the report's.
totals as (

    select * from known
    qualify row_number() over (
        partition by report_id, parts_passage_id, parts_entity_id, year, metric, breakdown, dims_key
        order by is_own desc, is_beside desc, preference
    ) = 1

),

-- 其中 may leave parts out: metrics are all the parts where another year or row of the table proves it.
complete_tables as (

    select distinct
        report_id,
        parts_place,
        metric
    from totals
    where breakdown = 'metric' and agrees

),

contradicted as (

    select totals.* from totals
    where
        not totals.agrees
        and (
            totals.breakdown = 'metric'
            and (totals.report_id, totals.parts_place, totals.metric) in (
                select (complete_tables.report_id, complete_tables.parts_place, complete_tables.metric)
                from complete_tables
            )
            or totals.breakdown <> 'metric'
            -- behind 其中 a sentence may leave parts out, but tells none too many
            and not (totals.are_examples and totals.sum_of_parts < totals.value)
            and totals.share_of_total between {{ tolerance('total-of-parts', 'complete_from') }}
            and {{ tolerance('total-of-parts', 'complete_to') }}
        )
        -- a part that was not read as one: the very difference stands there too
        and not exists (
            select 1 from printed
            where
                printed.report_id = totals.report_id
                and printed.place = totals.parts_place
                and printed.value = totals.value - totals.sum_of_parts
                and printed.metric in (totals.metric, 'unmapped')
                and not list_contains(totals.part_ids, printed.observation_id)
        )

),

findings as (

    select
        'total-of-parts' as rule,
        concat_ws('|', report_key, entity_id, metric, year, dims_key, value, sum_of_parts) as subject_key,
        report_id,
        entity,
        metric,
        year,
        [observation_id] || part_ids as observation_ids,
        value as printed,
        cast(sum_of_parts as decimal(28, 6)) as expected,
        {{ slip('raw', 'value', 'sum_of_parts', 'value_year_before') }} as slip,
        metric_zh || {{ of_dims('dims_key') }} || ' = ' || array_to_string(raws, ' + ')
        || case when is_own then '' else '（' || parts_entity || '）' end || ' = '
        || {{ figure('sum_of_parts / unit_factor') }} || unit_raw
        || '，合计印作 ' || raw || unit_raw as arithmetic_zh,
        metric_en || {{ of_dims('dims_key') }} || ' = ' || array_to_string(raws, ' + ')
        || case when is_own then '' else '（' || parts_entity || '）' end || ' = '
        || {{ figure('sum_of_parts / unit_factor') }} || unit_raw
        || ', the total is printed as ' || raw || unit_raw as arithmetic_en
    from contradicted
    -- the same table printed twice is one contradiction
    qualify row_number() over (partition by subject_key order by char_start, breakdown) = 1

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
