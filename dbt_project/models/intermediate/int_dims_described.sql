with

printed as (

    select
        dims,
        count(*) as n_observations
    from {{ ref('stg_reports__observations') }}
    group by dims

),

programme_names as (

    select * from {{ ref('int_programme_names') }}

),

entries as (

    select
        dims,
        json_keys(dims) as dimensions,
        array_to_string(
            list_transform(list_sort(json_keys(dims)), lambda name: name || '=' || (dims ->> name)), '; '
        ) as breakdown_id,
        {{ squeezed("dims ->> 'programme'") }} as programme_name,
        dims ->> 'programme' as printed_programme
    from printed

),

final as (

    select
        entries.dims,
        cast(len(entries.dimensions) as integer) as n_dims,
        list_sort(entries.dimensions) as dimensions,
        entries.printed_programme,
        case
            when entries.printed_programme is not null
                then
                    coalesce(
                        programme_names.programme_code, 'p-' || substr(md5(entries.programme_name), 1, 12)
                    )
        end as programme_id,
        nullif(entries.breakdown_id, '') as breakdown_id,
        -- The category of a programme is the catalogue's business: a programme with it is a programme alone.
        case
            when len(entries.dimensions) = 0 then 'total'
            when
                entries.printed_programme is not null
                and list_has_all(['programme', 'category'], entries.dimensions)
                then 'programme'
            else 'breakdown'
        end as scope
    from entries
    left join programme_names on entries.programme_name = programme_names.squeezed_name

)

select * from final
