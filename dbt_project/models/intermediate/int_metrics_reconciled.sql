with

observations as (

    select * from {{ ref('fct_observation') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

corrections as (

    select * from {{ ref('int_corrections') }}

),

cells as (

    select * from {{ ref('int_cells_touched') }}

),

-- What may become the one value of a cell (subject, year, metric, programme or breakdown): figures of the newest versions.
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
        case when observations.scope = 'programme' then observations.programme_id end as programme_id,
        case when observations.scope = 'breakdown' then observations.breakdown_id end as breakdown_id,
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
        observations.place <> 'prose' as is_table
    from observations
    inner join reports on observations.report_id = reports.report_id
    left join corrections on observations.observation_id = corrections.observation_id
    where
        reports.is_latest
        and reports.status = 'read'
        and observations.metric <> 'unmapped'
        and observations.year is not null
        and subject_id is not null
        {% if continues() -%}
            and (subject_kind, subject_id, observations.year, observations.metric) in (
                select (cells.subject_kind, cells.subject_id, cells.year, cells.metric) from cells
            )
        {%- endif %}

),

-- The rules, first to last: docs/reconciliation.md argues their order. `chosen_id` names the winner to all of its cell.
ranked as (

    select
        *,
        row_number() over by_rules as rank,
        first(observation_id) over by_rules as chosen_id,
        lead(observation_id) over by_rules is null as is_last,
        lead(is_own_report) over by_rules as next_is_own_report,
        lead(reported_on) over by_rules as next_reported_on,
        lead(is_table) over by_rules as next_is_table,
        lead(confidence) over by_rules as next_confidence
    from candidates
    window by_rules as (
        partition by subject_kind, subject_id, year, metric, programme_id, breakdown_id
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

-- Most cells were printed once; only the others have to be counted.
contested as (

    select
        chosen_id,
        cast(count(*) as integer) as n_observations,
        cast(count(distinct report_id) as integer) as n_reports,
        cast(count(distinct printed_value) as integer) as n_values,
        first(printed_value order by reported_on, char_start, observation_id) as first_value,
        last(printed_value order by reported_on, char_start, observation_id) as latest_value
    from ranked
    where rank > 1 or not is_last
    group by chosen_id

),

final as (

    select
        ranked.subject_kind,
        ranked.subject_id,
        ranked.year,
        ranked.metric,
        ranked.scope,
        ranked.programme_id,
        ranked.breakdown_id,
        cast(ranked.value as decimal(28, 6)) as value,
        case
            when ranked.is_corrected then 'correction'
            when ranked.is_last then 'only_candidate'
            when ranked.is_own_report <> ranked.next_is_own_report then 'own_report'
            when ranked.reported_on <> ranked.next_reported_on then 'later_report'
            when ranked.is_table <> ranked.next_is_table then 'table_over_prose'
            when coalesce(ranked.confidence, -1) <> coalesce(ranked.next_confidence, -1) then 'higher_confidence'
            else 'earlier_in_text'
        end as chosen_because,
        coalesce(contested.n_observations, 1) as n_observations,
        coalesce(contested.n_reports, 1) as n_reports,
        coalesce(contested.n_values, 1) as n_values,
        coalesce(contested.first_value, ranked.printed_value) as first_value,
        coalesce(contested.latest_value, ranked.printed_value) as latest_value,
        ranked.report_id,
        ranked.observation_id
    from ranked
    left join contested on ranked.chosen_id = contested.chosen_id
    where ranked.rank = 1

)

select * from final
