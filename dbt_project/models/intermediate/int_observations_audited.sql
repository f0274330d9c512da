{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('report_id', 'int_reports_touched', 'is_touched') }}"
) }}

with

observations as (

    select * from {{ ref('fct_observation') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

dims as (

    select
        dims,
        {{ dims_key('dims') }} as dims_key
    from {{ ref('int_dims_described') }}

),

touched as (

    select report_id from {{ ref('int_reports_touched') }}
    where is_touched

),

checkable as (

    select
        observations.*,
        metrics.kind as metric_kind,
        dims.dims_key,
        coalesce(observations.school_id, observations.district_code, observations.entity) as entity_id
    from observations
    inner join reports on observations.report_id = reports.report_id
    inner join metrics on observations.metric = metrics.metric
    inner join dims on observations.dims = dims.dims
    where
        reports.is_latest
        and observations.entity is not null
        and observations.year is not null
        {% if is_incremental() -%}
            and observations.report_id in (select touched.report_id from touched)
        {%- endif %}

),

measured as (

    select
        *,
        {{ unit_factor('raw', 'value') }} as unit_factor,
        {{ is_approximate('raw', 'quote') }} as is_approximate
    from checkable

),

final as (

    -- A count that is not called approximate is exact; anything else is as exact as it is printed.
    select
        *,
        case
            when is_approximate then pow(10, length(regexp_extract(raw, '(0*)$', 1))) * unit_factor
            when metric_kind = 'count' and unit_factor = 1 and not contains(raw, '.') then 0
            else 0.5 * pow(10, -length(regexp_extract(raw, '\.(\d+)', 1))) * unit_factor
        end as precision,
        row_number() over (
            partition by report_id, entity_id, year, metric, dims_key
            order by place <> 'prose' desc, confidence desc nulls last, char_start
        ) as preference
    from measured

)

select * from final
