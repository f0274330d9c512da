{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('school_id, year, metric', where=\"subject_kind = 'school'\") }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

with

reconciled as (

    select * from {{ ref('int_metrics_reconciled') }}
    where subject_kind = 'school' and scope = 'programme'

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

school_versions as (

    select * from {{ ref('int_school_versions') }}

),

final as (

    select
        reconciled.subject_id as school_id,
        school_versions.school_key,
        reconciled.year,
        reconciled.metric,
        reconciled.programme_id,
        reconciled.value,
        coalesce(nullif(metrics.unit, ''), 'count') as unit,
        reconciled.n_observations,
        reconciled.n_reports,
        reconciled.n_values,
        reconciled.first_value,
        reconciled.latest_value,
        reconciled.chosen_because,
        reconciled.report_id,
        reconciled.observation_id
    from reconciled
    inner join metrics on reconciled.metric = metrics.metric
    inner join school_versions
        on
            reconciled.subject_id = school_versions.school_id
            and reconciled.year between school_versions.first_year and school_versions.last_year

)

select * from final
