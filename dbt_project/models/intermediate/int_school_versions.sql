with

schools as (

    select * from {{ ref('int_schools_described') }}

),

known as (

    select * from {{ ref('schools') }}

),

changes as (

    select * from {{ ref('school_changes') }}

),

-- A version begins with the school, and with each change that it outlives.
boundaries as (

    select
        school_id,
        cast(null as integer) as valid_from,
        cast(null as varchar) as change
    from schools
    union all
    select
        school_id,
        changed_in as valid_from,
        string_agg(change, '|' order by change) as change
    from changes
    where into_school_id is null
    group by school_id, changed_in

),

numbered as (

    select
        school_id,
        change,
        valid_from,
        row_number() over (partition by school_id order by valid_from nulls first) as version,
        lead(valid_from) over (partition by school_id order by valid_from nulls first) - 1 as valid_to
    from boundaries

),

mergers as (

    select
        school_id,
        min(changed_in) as merged_in,
        min(into_school_id) as into_school_id
    from changes
    where into_school_id is not null
    group by school_id

),

-- What the next change that touches an attribute says it was before; where none does, it is as now.
described as (

    select
        numbered.school_id,
        numbered.version,
        arg_min(changes.name_zh, changes.changed_in) filter (changes.name_zh is not null) as name_zh,
        arg_min(changes.name_en, changes.changed_in) filter (changes.name_en is not null) as name_en,
        arg_min(changes.district_code, changes.changed_in) filter (changes.district_code is not null)
            as district_code,
        arg_min(changes.ownership, changes.changed_in) filter (changes.ownership is not null) as ownership,
        arg_min(changes.kind, changes.changed_in) filter (changes.kind is not null) as kind
    from numbered
    left join changes
        on
            numbered.school_id = changes.school_id
            and changes.into_school_id is null
            and changes.changed_in > coalesce(numbered.valid_from, 0)
    group by numbered.school_id, numbered.version

),

final as (

    select
        numbered.school_id || '/' || numbered.version as school_key,
        numbered.school_id,
        cast(numbered.version as integer) as version,
        coalesce(described.name_zh, schools.name_zh) as name_zh,
        coalesce(described.name_en, schools.name_en) as name_en,
        schools.short_names,
        coalesce(described.district_code, schools.district_code) as district_code,
        coalesce(described.ownership, schools.ownership) as ownership,
        coalesce(described.kind, schools.kind) as kind,
        coalesce(numbered.valid_from, known.valid_from) as valid_from,
        cast(coalesce(numbered.valid_to, mergers.merged_in - 1, known.valid_to) as integer)
            as valid_to,
        numbered.valid_to is null as is_current,
        numbered.change,
        case when numbered.valid_to is null then mergers.into_school_id end as merged_into_school_id,
        schools.is_provisional,
        -- The years that a version answers for: each year has one, whatever is known of beginning and end.
        coalesce(numbered.valid_from, 0) as first_year,
        coalesce(numbered.valid_to, 9999) as last_year
    from numbered
    inner join schools on numbered.school_id = schools.school_id
    inner join described on numbered.school_id = described.school_id and numbered.version = described.version
    left join known on numbered.school_id = known.school_id
    left join mergers on numbered.school_id = mergers.school_id

)

select * from final
