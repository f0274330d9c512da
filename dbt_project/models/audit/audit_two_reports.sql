with

reports as (

    select * from {{ ref('dim_report') }}

),

places as (

    select
        entity_id,
        report_id,
        other_report_id,
        sum(n_shared) as n_shared,
        sum(n_agreed) as n_agreed
    from {{ ref('int_places_compared') }}
    where report_id <> other_report_id
    group by entity_id, report_id, other_report_id

),

observations as (

    select * from {{ ref('int_observations_audited') }}
    where
        preference = 1
        and qualifier = ''
        and not is_approximate
        -- what several reports speak of
        and entity_id in (select places.entity_id from places)

),

ratios_that_follow as (

    select distinct observation_id from {{ ref('int_ratios_derived') }}
    where follows

),

-- An entity's own report speaks with more weight on it than another's, a later report than an earlier.
weighed as (

    select
        observations.*,
        reports.title,
        row_number() over (
            partition by observations.entity_id, observations.year, observations.metric, observations.dims_key
            order by
                coalesce(reports.publisher_school_id = observations.entity_id, false) desc,
                reports.published_on desc nulls last,
                reports.report_year desc nulls last,
                observations.report_id
        ) as weight
    from observations
    inner join reports on observations.report_id = reports.report_id

),

compared as (

    select
        lesser.*,
        weightier.observation_id as other_id,
        weightier.value as other_value,
        weightier.raw as other_raw,
        weightier.title as other_title,
        {{ slip('lesser.raw', 'lesser.value', 'weightier.value', 'lesser.value_year_before') }} as slip
    from weighed as lesser
    inner join weighed as weightier
        on
            lesser.entity_id = weightier.entity_id
            and lesser.year = weightier.year
            and lesser.metric = weightier.metric
            and lesser.dims_key = weightier.dims_key
            and lesser.weight > 1
            and weightier.weight = 1
    inner join places
        on
            lesser.report_id = places.report_id
            and weightier.report_id = places.other_report_id
            and lesser.entity_id = places.entity_id
    where
        not (
            places.n_shared >= {{ tolerance('two-reports', 'places_share') }}
            and places.n_agreed <= {{ tolerance('two-reports', 'places_agree') }} * places.n_shared
        )
        and abs(cast(lesser.value - weightier.value as double))
        > greatest(lesser.precision, weightier.precision) + 1e-6
        and not (
            lesser.observation_id in (select ratios_that_follow.observation_id from ratios_that_follow)
            and weightier.observation_id in (select ratios_that_follow.observation_id from ratios_that_follow)
        )

),

findings as (

    select
        'two-reports' as rule,
        concat_ws('|', report_key, entity_id, metric, year, dims_key, value, other_value) as subject_key,
        report_id,
        entity,
        metric,
        year,
        [observation_id, other_id] as observation_ids,
        value as printed,
        other_value as expected,
        slip,
        metric_zh
        || {{ of_dims('dims_key') }}
        || '：本报告印作 '
        || raw
        || '，《'
        || coalesce(other_title, '')
        || '》印作 '
        || other_raw as arithmetic_zh,
        metric_en || {{ of_dims('dims_key') }} || ': printed ' || raw || ' here and ' || other_raw || ' in “'
        || coalesce(other_title, '') || '”' as arithmetic_en
    from compared
    where
        slip is not null
        or {{ same_magnitude('value', 'other_value', tolerance('two-reports', 'same_figure_factor')) }}

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
