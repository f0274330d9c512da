with

printed as (

    select
        dims,
        count(*) as n_observations
    from {{ ref('stg_reports__observations') }}
    group by dims

),

programmes as (

    select * from {{ ref('programmes') }}

),

entries as (

    select
        dims,
        map_keys(cast(dims as map(varchar, varchar))) as keys,
        list_sort(map_entries(cast(dims as map(varchar, varchar)))) as entries,
        {{ squeezed("dims ->> 'programme'") }} as programme_name,
        dims ->> 'programme' as printed_programme
    from printed

),

final as (

    select
        entries.dims,
        cast(len(entries.keys) as integer) as n_dims,
        list_sort(entries.keys) as dimensions,
        entries.printed_programme,
        case
            when entries.printed_programme is not null
                then coalesce(programmes.code, 'p-' || substr(md5(entries.programme_name), 1, 12))
        end as programme_id,
        case
            when len(entries.keys) > 0
                then array_to_string([entry.key || '=' || entry.value for entry in entries.entries], '; ')
        end as breakdown_id,
        -- The category of a programme is the catalogue's business: a programme with it is still a programme alone.
        case
            when len(entries.keys) = 0 then 'total'
            when list_has_all(['programme', 'category'], entries.keys) and entries.printed_programme is not null
                then 'programme'
            else 'breakdown'
        end as scope
    from entries
    left join programmes on entries.programme_name = programmes.name_zh

)

select * from final
