{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('district_code, year, metric') }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

with

reconciled as (

    select * from {{ ref('int_metrics_reconciled') }}
    where subject_kind = 'district' and scope = 'total'

),

school_metrics as (

    select * from {{ ref('fct_school_metric') }}

),

schools as (

    select * from {{ ref('int_schools_described') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

cells as (

    select * from {{ ref('int_cells_touched') }}

),

-- Only what may be added: the schools' shares and averages say nothing of the district's.
summed as (

    select
        schools.district_code,
        school_metrics.year,
        school_metrics.metric,
        sum(school_metrics.value) as sum_of_schools,
        max(school_metrics.value) as largest_of_schools,
        cast(count(*) as integer) as n_schools
    from school_metrics
    inner join schools on school_metrics.school_id = schools.school_id
    inner join metrics on school_metrics.metric = metrics.metric
    where
        metrics.is_additive
        and schools.district_code is not null
        {% if is_incremental() -%}
            and (schools.district_code, school_metrics.year, school_metrics.metric) in (
                select (cells.district_code, cells.year, cells.metric) from cells
            )
        {%- endif %}
    group by schools.district_code, school_metrics.year, school_metrics.metric

),

-- What is printed for the district comes again, too, where only its schools' figures were touched. A total is
-- no less than one of its parts: what is less than a single school has is of a part of the district.
printed as (

    select
        reconciled.subject_id as district_code,
        reconciled.*
    from reconciled
    left join summed
        on
            reconciled.subject_id = summed.district_code
            and reconciled.year = summed.year
            and reconciled.metric = summed.metric
    where summed.largest_of_schools is null or reconciled.value >= summed.largest_of_schools

),

final as (

    select
        coalesce(printed.district_code, summed.district_code) as district_code,
        coalesce(printed.year, summed.year) as year,
        metrics.metric,
        cast(coalesce(printed.value, summed.sum_of_schools) as decimal(28, 6)) as value,
        coalesce(nullif(metrics.unit, ''), 'count') as unit,
        case when printed.value is not null then 'printed' else 'sum_of_schools' end as basis,
        coalesce(summed.n_schools, 0) as n_schools,
        cast(summed.sum_of_schools as decimal(28, 6)) as sum_of_schools,
        coalesce(printed.n_observations, 0) as n_observations,
        coalesce(printed.n_reports, 0) as n_reports,
        coalesce(printed.n_values, 0) as n_values,
        printed.first_value,
        printed.latest_value,
        printed.chosen_because,
        printed.report_id,
        printed.observation_id
    from printed
    full outer join summed
        on
            printed.district_code = summed.district_code
            and printed.year = summed.year
            and printed.metric = summed.metric
    inner join metrics on coalesce(printed.metric, summed.metric) = metrics.metric

)

select * from final
