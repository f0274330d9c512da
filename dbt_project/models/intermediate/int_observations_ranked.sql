with

observations as (

    select * from {{ ref('fct_observation') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

-- What may become the one value of a subject, year and metric: undivided figures of the newest reports.
candidates as (

    select
        observations.observation_id,
        observations.entity_kind as subject_kind,
        observations.year,
        observations.metric,
        observations.value,
        observations.unit,
        observations.confidence,
        observations.char_start,
        case observations.entity_kind
            when 'school' then observations.school_id
            else observations.district_code
        end as subject_id,
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
    where
        reports.is_latest
        and reports.status = 'read'
        and observations.metric <> 'unmapped'
        and observations.year is not null
        and observations.n_dims = 0

),

known_subjects as (

    select * from candidates
    where subject_id is not null

),

-- The rules, first to last. `decided_by` names the first one that sets a candidate above the next.
compared as (

    select
        *,
        row_number() over by_rules as rank,
        lead(observation_id) over by_rules is null as is_last,
        lead(is_own_report) over by_rules as next_is_own_report,
        lead(reported_on) over by_rules as next_reported_on,
        lead(is_table) over by_rules as next_is_table,
        lead(confidence) over by_rules as next_confidence
    from known_subjects
    window by_rules as (
        partition by subject_kind, subject_id, year, metric
        order by
            is_own_report desc,
            reported_on desc,
            is_table desc,
            confidence desc nulls last,
            char_start,
            observation_id
    )

),

final as (

    select
        observation_id,
        subject_kind,
        subject_id,
        year,
        metric,
        value,
        unit,
        rank,
        reported_on,
        char_start,
        case
            when is_last then 'only_candidate'
            when is_own_report <> next_is_own_report then 'own_report'
            when reported_on <> next_reported_on then 'later_report'
            when is_table <> next_is_table then 'table_over_prose'
            when coalesce(confidence, -1) <> coalesce(next_confidence, -1) then 'higher_confidence'
            else 'earlier_in_text'
        end as decided_by
    from compared

)

select * from final
