{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('school_id, year, metric', where=\"subject_kind = 'school'\") }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

{{ school_figures('programme', ['metric', 'programme_id']) }}
