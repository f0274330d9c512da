{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('school_id, year') }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

with

figures as (

    select * from {{ ref('fct_school_metric') }}
    {% if is_incremental() -%}
        where (school_id, year) in (
            select (cells.school_id, cells.year) from {{ ref('int_cells_touched') }} as cells
        )
    {%- endif %}

),

school_versions as (

    select * from {{ ref('int_school_versions') }}

),

recomputed as (

    {{ recomputed_rates('figures', 'school_id') }}

),

final as (

    select
        recomputed.school_id,
        school_versions.school_key,
        recomputed.year,
        recomputed.metric,
        recomputed.recomputed_value,
        figures.value as printed_value,
        cast(figures.value - recomputed.recomputed_value as decimal(28, 6)) as printed_less_recomputed,
        recomputed.recomputed_from,
        recomputed.reading,
        recomputed.numerator_value,
        cast(recomputed.denominator_value as decimal(28, 6)) as denominator_value
    from recomputed
    inner join school_versions
        on
            recomputed.school_id = school_versions.school_id
            and recomputed.year between school_versions.first_year and school_versions.last_year
    left join figures
        on
            recomputed.school_id = figures.school_id
            and recomputed.year = figures.year
            and recomputed.metric = figures.metric

)

select * from final
