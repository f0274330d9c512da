with

reconciled as (

    select * from {{ ref('int_metrics_reconciled') }}

),

school_metrics as (

    select * from {{ ref('fct_school_metric') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

printed as (

    select
        subject_id as district_code,
        year,
        metric,
        value,
        unit,
        n_observations,
        n_values,
        chosen_because,
        observation_id
    from reconciled
    where subject_kind = 'district'

),

-- Only what may be added: the schools' shares and averages say nothing of the district's.
summed as (

    select
        schools.district_code,
        school_metrics.year,
        school_metrics.metric,
        sum(school_metrics.value) as value,
        cast(count(*) as integer) as n_schools
    from school_metrics
    inner join schools on school_metrics.school_id = schools.school_id
    inner join metrics on school_metrics.metric = metrics.metric
    where metrics.is_additive and schools.district_code is not null
    group by schools.district_code, school_metrics.year, school_metrics.metric

),

combined as (

    select
        printed.value as printed_value,
        printed.unit as printed_unit,
        printed.n_observations,
        printed.n_values,
        printed.chosen_because,
        printed.observation_id,
        summed.value as sum_of_schools,
        coalesce(summed.n_schools, 0) as n_schools,
        coalesce(printed.district_code, summed.district_code) as district_code,
        coalesce(printed.year, summed.year) as year,
        coalesce(printed.metric, summed.metric) as metric
    from printed
    full outer join summed
        on
            printed.district_code = summed.district_code
            and printed.year = summed.year
            and printed.metric = summed.metric

),

final as (

    select
        combined.district_code,
        combined.year,
        combined.metric,
        cast(coalesce(combined.printed_value, combined.sum_of_schools) as decimal(28, 6)) as value,
        coalesce(nullif(combined.printed_unit, ''), metrics.unit) as unit,
        case when combined.printed_value is not null then 'printed' else 'sum_of_schools' end as basis,
        combined.n_schools,
        cast(combined.sum_of_schools as decimal(28, 6)) as sum_of_schools,
        coalesce(combined.n_observations, 0) as n_observations,
        coalesce(combined.n_values, 0) as n_values,
        combined.chosen_because,
        combined.observation_id
    from combined
    inner join metrics on combined.metric = metrics.metric

)

select * from final
