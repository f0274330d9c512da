{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('district_code, year') }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

with

figures as (

    select * from {{ ref('fct_district_metric') }}
    {% if is_incremental() -%}
        where (district_code, year) in (
            select (cells.district_code, cells.year) from {{ ref('int_cells_touched') }} as cells
        )
    {%- endif %}

),

recomputed as (

    {{ recomputed_rates('figures', 'district_code', comparable="numerators.basis = denominators.basis
            and (numerators.basis = 'printed' or numerators.n_schools = denominators.n_schools)", carried=['basis', 'n_schools']) }}

),

final as (

    select
        recomputed.district_code,
        recomputed.year,
        recomputed.metric,
        recomputed.recomputed_value,
        figures.value as printed_value,
        cast(figures.value - recomputed.recomputed_value as decimal(28, 6)) as printed_less_recomputed,
        recomputed.recomputed_from,
        recomputed.reading,
        recomputed.basis,
        recomputed.n_schools,
        recomputed.numerator_value,
        cast(recomputed.denominator_value as decimal(28, 6)) as denominator_value
    from recomputed
    left join figures
        on
            recomputed.district_code = figures.district_code
            and recomputed.year = figures.year
            and recomputed.metric = figures.metric

)

select * from final
