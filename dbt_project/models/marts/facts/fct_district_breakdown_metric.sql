{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('district_code, year, metric', where=\"subject_kind = 'district'\") }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

with

reconciled as (

    select * from {{ ref('int_metrics_reconciled') }}
    where subject_kind = 'district' and scope <> 'total'

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

final as (

    select
        reconciled.subject_id as district_code,
        reconciled.year,
        reconciled.metric,
        coalesce(reconciled.breakdown_id, 'programme=' || reconciled.programme_id) as breakdown_id,
        {{ reconciled_columns() }}
    from reconciled
    inner join metrics on reconciled.metric = metrics.metric

)

select * from final
