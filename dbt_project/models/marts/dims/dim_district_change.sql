with

changes as (

    select * from {{ ref('district_changes') }}

),

districts as (

    select * from {{ ref('districts') }}

),

final as (

    select
        changes.effective_on,
        changes.change as change_kind,
        changes.from_code as from_district_code,
        changes.from_name_zh,
        changes.from_name_en,
        changes.to_code as district_code,
        districts.name_zh,
        districts.name_en,
        changes.decision
    from changes
    left join districts on changes.to_code = districts.code

)

select * from final
