with

observations as (

    select * from {{ ref('int_observations_audited') }}

),

preferred as (

    select * from observations
    where preference = 1

),

disagreeing as (

    select
        observations.*,
        preferred.observation_id as preferred_id,
        preferred.value as preferred_value,
        preferred.raw as preferred_raw,
        preferred.place as preferred_place
    from observations
    inner join preferred
        on
            observations.report_id = preferred.report_id
            and observations.entity_id = preferred.entity_id
            and observations.year = preferred.year
            and observations.metric = preferred.metric
            and observations.dims_key = preferred.dims_key
    where
        -- a table says nothing twice: what looks so are rows whose difference was not read
        (observations.place <> preferred.place or observations.place = 'prose')
        and abs(cast(observations.value - preferred.value as double))
        > greatest(observations.precision, preferred.precision) + 1e-6

),

-- What looks like one figure may be several whose difference was not read: no contradiction of the report.
plausible as (

    select *
    from disagreeing
    where
        {{ same_magnitude('value', 'preferred_value') }}
    qualify
        count(distinct value) over (partition by report_id, entity_id, metric, year, dims_key)
        < {{ var('same_figure_max_values') }}

),

findings as (

    select
        'restated' as rule,
        concat_ws('|', report_id, entity_id, metric, year, dims_key, value) as subject_key,
        report_id,
        min(entity) as entity,
        metric,
        year,
        list(observation_id order by char_start) || [any_value(preferred_id)] as observation_ids,
        value as printed,
        any_value(preferred_value) as expected,
        'printed ' || first(raw order by char_start) || ' (' || first(place order by char_start) || ') and '
        || any_value(preferred_raw) || ' (' || any_value(preferred_place) || ')'
        || case when dims_key <> '{}' then ' for ' || dims_key else '' end as detail
    from plausible
    group by report_id, entity_id, metric, year, dims_key, value

),

final as (

    select {{ audit_finding_columns() }}
    from findings

)

select * from final
