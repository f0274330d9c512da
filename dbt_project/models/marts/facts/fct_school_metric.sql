with

reconciled as (

    select * from {{ ref('int_metrics_reconciled') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

final as (

    select
        reconciled.subject_id as school_id,
        reconciled.year,
        reconciled.metric,
        reconciled.value,
        coalesce(nullif(reconciled.unit, ''), metrics.unit) as unit,
        reconciled.n_observations,
        reconciled.n_values,
        reconciled.first_value,
        reconciled.last_value,
        reconciled.chosen_because,
        reconciled.observation_id
    from reconciled
    inner join metrics on reconciled.metric = metrics.metric
    where reconciled.subject_kind = 'school'

)

select * from final
