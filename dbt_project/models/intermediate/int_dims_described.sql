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

standards as (

    select
        dimension,
        member,
        standard
    from {{ ref('members') }}
    where standard is not null

),

-- 县级 and 区级, 设备购置 and 设备采购 are read as printed and compared as one.
members as (

    select
        printed.dims,
        told.dimension,
        coalesce(standards.standard, printed.dims ->> told.dimension) as member
    from printed
    cross join unnest(json_keys(printed.dims)) as told (dimension)
    left join standards
        on
            told.dimension = standards.dimension
            and (printed.dims ->> told.dimension) = standards.member

),

standardised as (

    select
        dims,
        list(dimension order by dimension) as dimensions,
        string_agg(dimension || '=' || member, '; ' order by dimension) as breakdown_id,
        map_from_entries(list((dimension, member) order by dimension)) as standard_dims
    from members
    group by dims

),

entries as (

    select
        printed.dims,
        coalesce(standardised.dimensions, []) as dimensions,
        standardised.breakdown_id,
        standardised.standard_dims,
        {{ squeezed("printed.dims ->> 'programme'") }} as programme_name,
        printed.dims ->> 'programme' as printed_programme
    from printed
    left join standardised on printed.dims = standardised.dims

),

final as (

    select
        entries.dims,
        cast(len(entries.dimensions) as integer) as n_dims,
        entries.dimensions,
        entries.standard_dims,
        entries.printed_programme,
        case
            when entries.printed_programme is not null
                then
                    coalesce(
                        programme_names.programme_code, 'p-' || substr(md5(entries.programme_name), 1, 12)
                    )
        end as programme_id,
        entries.breakdown_id,
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
