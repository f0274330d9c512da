{% set before = as_built('int_reports_touched') if continues() else none -%}

with

-- A report keeps the name of its first version: with an older one that lands later it has another.
reports as (

    select
        *,
        first_value(report_id) over (partition by chain_id order by version) as report_key
    from {{ ref('dim_report') }}

),

observed as (

    select * from {{ ref('int_observed_names') }}

),

resolved as (

    select * from {{ ref('int_entities_resolved') }}

),

schools as (

    select * from {{ ref('int_schools_described') }}

),

-- What the names in a report lead to: with another school or district of the same name its facts are others.
meanings as (

    select
        observed.report_id,
        md5(string_agg(
            concat_ws(
                '|', observed.entity, resolved.entity_kind, resolved.school_id, resolved.district_code,
                schools.name_zh, schools.name_en, schools.district_code
            ), '; ' order by observed.entity
        )) as meaning
    from observed
    inner join resolved on {{ squeezed('observed.entity') }} = resolved.squeezed_name
    left join schools on resolved.school_id = schools.school_id
    group by observed.report_id

),

now as (

    select
        reports.report_id,
        md5(concat_ws(
            '|', reports.report_key, reports.status, reports.is_latest, reports.publisher_kind,
            reports.publisher_school_id, reports.district_code, reports.published_on, reports.report_year,
            reports.title, reports.url, meanings.meaning
        )) as fingerprint
    from reports
    left join meanings on reports.report_id = meanings.report_id

),

built_before as (

    {% if before -%}
        select
            report_id,
            fingerprint
        from {{ before }}
        where fingerprint is not null
    {%- else -%}
        select
            report_id,
            fingerprint
        from now
        where false
    {%- endif %}

),

final as (

    -- A report that is gone stays for one build, without a fingerprint.
    select
        coalesce(now.report_id, built_before.report_id) as report_id,
        now.fingerprint,
        coalesce(now.fingerprint, '') <> coalesce(built_before.fingerprint, '') as is_touched
    from now
    full outer join built_before on now.report_id = built_before.report_id

)

select * from final
