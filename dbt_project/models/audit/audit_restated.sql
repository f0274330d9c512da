with

-- Some metrics have several wholes (编制 of the staff, of the teachers): there the one that is named counts.
wholes as (

    select distinct
        metric_ratios.numerator as metric,
        metric_ratios.denominator as whole,
        spellings.squeezed_name as name
    from {{ ref('metric_ratios') }} as metric_ratios
    inner join {{ ref('int_metric_names') }} as spellings on metric_ratios.denominator = spellings.metric
    where
        metric_ratios.numerator in (
            select many.numerator from {{ ref('metric_ratios') }} as many
            group by many.numerator
            having count(distinct many.denominator) > 1
        )

),

-- What is printed once cannot be restated: most figures.
repeated as (

    select * from {{ ref('int_observations_audited') }}
    where (account_id, metric, dims_key) in (
        select (again.account_id, again.metric, again.dims_key)
        from {{ ref('int_observations_audited') }} as again
        where again.preference = 2
    )

),

scopes as (

    select
        observations.observation_id,
        arg_max(wholes.whole, length(wholes.name)) as scope
    from repeated as observations
    inner join wholes
        on
            observations.metric = wholes.metric
            and contains({{ squeezed('observations.part_of') }}, wholes.name)
    group by observations.observation_id

),

observations as (

    select
        observations.*,
        coalesce(scopes.scope, '') as scope
    from repeated as observations
    left join scopes on observations.observation_id = scopes.observation_id

),

ratios_that_follow as (

    select distinct observation_id from {{ ref('int_ratios_derived') }}
    where follows

),

places as (

    select * from {{ ref('int_places_compared') }}

),

preferred as (

    select * from observations
    qualify row_number() over (
        partition by account_id, metric, dims_key, qualifier, scope order by preference
    ) = 1

),

disagreeing as (

    select
        observations.*,
        preferred.observation_id as preferred_id,
        preferred.value as preferred_value,
        preferred.raw as preferred_raw,
        preferred.place as preferred_place,
        {{ slip(
            'observations.raw', 'observations.value', 'preferred.value', 'observations.value_year_before'
        ) }}
            as slip
    from observations
    inner join preferred
        on
            observations.account_id = preferred.account_id
            and observations.metric = preferred.metric
            and observations.dims_key = preferred.dims_key
            and observations.qualifier = preferred.qualifier
            and observations.scope = preferred.scope
    left join places
        on
            observations.report_id = places.report_id
            and preferred.report_id = places.other_report_id
            and observations.place = places.place
            and preferred.place = places.other_place
            and observations.entity_id = places.entity_id
    where
        -- a table, or a sentence, says nothing twice: what looks so are figures whose difference was not read
        (observations.place <> preferred.place or observations.place = 'prose')
        and not (
            observations.place = 'prose'
            and preferred.place = 'prose'
            and observations.passage_id = preferred.passage_id
        )
        -- of things counted (programmes, prizes) a sentence tells those it is about, a table all
        and not (
            observations.place = 'prose' and preferred.place = 'prose'
            and observations.metric_kind = 'count' and observations.unit <> 'person'
        )
        and not coalesce(places.are_apart, false)
        and abs(cast(observations.value - preferred.value as double))
        > greatest(observations.precision, preferred.precision) + 1e-6
        -- where the prose has the table's figure too, its other one is of fewer: 其中专业课教师65人, 合计76人
        and not (
            observations.place = 'prose' and preferred.place <> 'prose'
            and exists (
                select 1 from repeated as same
                where
                    same.place = 'prose'
                    and same.account_id = preferred.account_id
                    and same.metric = preferred.metric
                    and same.dims_key = preferred.dims_key
                    and same.value = preferred.value
            )
        )
        -- 97%以上 and 99% agree
        and not (observations.is_lower_bound and preferred.value >= observations.value)
        and not (preferred.is_lower_bound and observations.value >= preferred.value)
        -- shares of what is called by two names are two shares
        and coalesce(observations.share_base, '') = coalesce(preferred.share_base, '')
        -- each a share of its own whole
        and not (
            observations.observation_id in (select ratios_that_follow.observation_id from ratios_that_follow)
            and preferred.observation_id in (select ratios_that_follow.observation_id from ratios_that_follow)
        )

),

plausible as (

    select *
    from disagreeing
    where
        slip is not null
        or {{ same_magnitude('value', 'preferred_value', tolerance('restated', 'same_figure_factor')) }}
    qualify
        count(distinct value) over (partition by report_id, entity_id, metric, year, dims_key)
        < {{ tolerance('restated', 'max_values') }}

),

findings as (

    select
        'restated' as rule,
        concat_ws('|', report_key, entity_id, metric, year, dims_key, qualifier, value) as subject_key,
        report_id,
        min(entity) as entity,
        metric,
        year,
        list(observation_id order by char_start) || [any_value(preferred_id)] as observation_ids,
        value as printed,
        any_value(preferred_value) as expected,
        first(slip order by char_start) as slip,
        min(metric_zh) || {{ of_dims('dims_key') }} || '：' || first(place_zh order by char_start) || '印作 '
        || first(raw order by char_start)
        || '，'
        || any_value(preferred_place_zh)
        || '印作 '
        || any_value(preferred_raw)
            as arithmetic_zh,
        min(metric_en) || {{ of_dims('dims_key') }} || ': printed ' || first(raw order by char_start) || ' ('
        || first(place order by char_start) || ') and ' || any_value(preferred_raw) || ' ('
        || any_value(preferred_place) || ')' as arithmetic_en
    from (
        select
            *,
            replace(place, 'prose', '正文') as place_zh,
            replace(preferred_place, 'prose', '正文') as preferred_place_zh
        from plausible
    ) as named
    group by report_id, report_key, entity_id, metric, year, dims_key, qualifier, value

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
