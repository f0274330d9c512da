with

districts as (

    select * from {{ ref('districts') }}

),

changes as (

    select * from {{ ref('district_changes') }}

),

-- Codes that ceased with a change, unless a later district has the same one.
ceased as (

    select
        from_code as code,
        from_name_zh as name_zh,
        from_name_en as name_en,
        effective_on,
        to_code
    from changes
    where from_code not in (select districts.code from districts)

),

final as (

    select
        code as district_code,
        name_zh,
        name_en,
        short_name,
        kind as district_kind,
        valid_from,
        valid_to,
        valid_to is null as is_in_use,
        cast(null as varchar) as successor_code
    from districts
    union all
    select
        code as district_code,
        name_zh,
        name_en,
        name_zh as short_name,
        case
            when name_zh like '%自治县' then 'autonomous_county'
            when name_zh like '%县' then 'county'
            when name_zh like '%市' then 'city'
            else 'district'
        end as district_kind,
        1997 as valid_from,
        cast(year(effective_on) as integer) as valid_to,
        false as is_in_use,
        to_code as successor_code
    from ceased

)

select * from final
