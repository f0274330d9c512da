with

cells as ( -- noqa: ST03

    select * from {{ ref('int_cells_touched') }}

),

observations as (

    select * from {{ ref('fct_observation') }}
    {% if continues() %}
        -- the first sieve, which reads few blocks; the cells themselves come below
        where year in (select cells.year from cells)
    {% endif %}

),

reports as (

    select * from {{ ref('dim_report') }}

),

corrections as (

    select * from {{ ref('int_corrections') }}

),

-- What may become the one value of a cell (subject, year, metric, programme or breakdown): the figures of the
-- newest versions of reports.
candidates as (

    select
        observations.entity_kind as subject_kind,
        observations.year,
        observations.metric,
        observations.scope,
        observations.observation_id,
        observations.report_id,
        observations.value as printed_value,
        observations.confidence,
        observations.char_start,
        case observations.entity_kind
            when 'school' then observations.school_id
            else observations.district_code
        end as subject_id,
        case observations.scope
            when 'programme' then observations.programme_id
            when 'breakdown' then observations.breakdown_id
            else ''
        end as part,
        corrections.observation_id is not null as is_corrected,
        coalesce(corrections.corrected_value, observations.value) as value,
        case observations.entity_kind
            when 'school' then coalesce(reports.publisher_school_id = observations.school_id, false)
            else coalesce(
                reports.district_code = observations.district_code and reports.publisher_school_id is null,
                false
            )
        end as is_own_report,
        coalesce(
            reports.published_on,
            make_date(reports.report_year, 12, 31),
            date '1900-01-01'
        ) as reported_on,
        observations.place <> 'prose' as is_table,
        hash(subject_kind, subject_id, observations.year, observations.metric, part) as cell_hash
    from observations
    inner join reports on observations.report_id = reports.report_id
    left join corrections on observations.observation_id = corrections.observation_id
    where
        reports.is_latest
        and reports.status = 'read'
        and observations.metric <> 'unmapped'
        and observations.year is not null
        and subject_id is not null

),

worked_on as (

    select * from candidates
    {% if continues() %}
        where (subject_kind, subject_id, year, metric) in (
            select (cells.subject_kind, cells.subject_id, cells.year, cells.metric) from cells
        )
    {% endif %}

),

-- Most cells were printed once and leave nothing to choose. They are told by a hash, which is compared faster
-- than its parts: of two cells with one hash each would be ranked by itself, and win.
contested_cells as ( -- noqa: ST03

    select cell_hash from worked_on
    group by cell_hash
    having count(*) > 1

),

contested as (

    select worked_on.*
    from worked_on
    semi join contested_cells on worked_on.cell_hash = contested_cells.cell_hash

),

uncontested as (

    select worked_on.*
    from worked_on
    anti join contested_cells on worked_on.cell_hash = contested_cells.cell_hash

),

-- The rules, first to last: docs/reconciliation.md argues their order. `chosen_id` tells a cell its winner.
ranked as (

    select
        *,
        row_number() over by_rules as rank,
        first(observation_id) over by_rules as chosen_id,
        lead(is_own_report) over by_rules as next_is_own_report,
        lead(reported_on) over by_rules as next_reported_on,
        lead(is_table) over by_rules as next_is_table,
        lead(confidence) over by_rules as next_confidence
    from contested
    window by_rules as (
        partition by subject_kind, subject_id, year, metric, part
        order by
            is_corrected desc,
            is_own_report desc,
            reported_on desc,
            is_table desc,
            confidence desc nulls last,
            char_start,
            observation_id
    )

),

counted as (

    select
        chosen_id,
        cast(count(*) as integer) as n_observations,
        cast(count(distinct report_id) as integer) as n_reports,
        cast(count(distinct printed_value) as integer) as n_values,
        first(printed_value order by reported_on, char_start, observation_id) as first_value,
        last(printed_value order by reported_on, char_start, observation_id) as latest_value
    from ranked
    group by chosen_id

),

chosen as (

    select
        ranked.*,
        case
            when ranked.is_corrected then 'correction'
            when ranked.is_own_report <> ranked.next_is_own_report then 'own_report'
            when ranked.reported_on <> ranked.next_reported_on then 'later_report'
            when ranked.is_table <> ranked.next_is_table then 'table_over_prose'
            when coalesce(ranked.confidence, -1) <> coalesce(ranked.next_confidence, -1)
                then 'higher_confidence'
            else 'earlier_in_text'
        end as chosen_because,
        counted.n_observations,
        counted.n_reports,
        counted.n_values,
        counted.first_value,
        counted.latest_value
    from ranked
    inner join counted on ranked.chosen_id = counted.chosen_id
    where ranked.rank = 1
    union all by name
    select
        *,
        case when is_corrected then 'correction' else 'only_candidate' end as chosen_because,
        cast(1 as integer) as n_observations,
        cast(1 as integer) as n_reports,
        cast(1 as integer) as n_values,
        printed_value as first_value,
        printed_value as latest_value
    from uncontested

),

final as (

    select
        subject_kind,
        subject_id,
        year,
        metric,
        scope,
        case when scope = 'programme' then part end as programme_id,
        case when scope = 'breakdown' then part end as breakdown_id,
        cast(value as decimal(28, 6)) as value,
        chosen_because,
        n_observations,
        n_reports,
        n_values,
        first_value,
        latest_value,
        report_id,
        observation_id
    from chosen

)

select * from final
