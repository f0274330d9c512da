with

ranked as (

    select * from {{ ref('int_observations_ranked') }}

),

grouped as (

    select
        subject_kind,
        subject_id,
        year,
        metric,
        cast(count(*) as integer) as n_observations,
        cast(count(distinct value) as integer) as n_values,
        first(value order by reported_on, char_start) as first_value,
        last(value order by reported_on, char_start) as last_value
    from ranked
    group by subject_kind, subject_id, year, metric

),

final as (

    select
        grouped.*,
        ranked.value,
        ranked.unit,
        ranked.decided_by as chosen_because,
        ranked.observation_id
    from grouped
    inner join ranked
        on
            grouped.subject_kind = ranked.subject_kind
            and grouped.subject_id = ranked.subject_id
            and grouped.year = ranked.year
            and grouped.metric = ranked.metric
            and ranked.rank = 1

)

select * from final
