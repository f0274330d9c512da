with

figures as (

    select * from {{ ref('int_observations_audited') }}
    where not is_approximate

),

-- The best figure of each place for each thing.
in_places as (

    select * from figures
    qualify row_number() over (
        partition by account_id, place, metric, dims_key, qualifier
        order by confidence desc nulls last, char_start
    ) = 1

),

compared as (

    select
        ours.entity_id,
        ours.report_id,
        ours.place,
        theirs.report_id as other_report_id,
        theirs.place as other_place,
        count(*) as n_shared,
        count(*) filter (
            abs(cast(ours.value - theirs.value as double)) <= ours.precision + theirs.precision + 1e-6
        ) as n_agreed
    from in_places as ours
    inner join in_places as theirs
        on
            ours.entity_id = theirs.entity_id
            and ours.year = theirs.year
            and ours.metric = theirs.metric
            and ours.dims_key = theirs.dims_key
            and ours.qualifier = theirs.qualifier
            and (ours.report_id <> theirs.report_id or ours.place <> theirs.place)
    group by all

),

final as (

    select
        entity_id,
        report_id,
        place,
        other_report_id,
        other_place,
        cast(n_shared as integer) as n_shared,
        cast(n_agreed as integer) as n_agreed,
        n_shared >= {{ tolerance('restated', 'places_share') }}
        and n_agreed <= {{ tolerance('restated', 'places_agree') }} * n_shared as are_apart
    from compared

)

select * from final
