with

sources as (

    select * from {{ ref('dim_source') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

districts as (

    select * from {{ ref('dim_district') }}

),

counted as (

    select
        source,
        cast(count(*) filter (where role = 'report' and is_latest) as integer) as n_reports,
        cast(count(*) filter (where role = 'rejected') as integer) as n_rejected,
        max(report_year) filter (where role = 'report') as last_report_year,
        max(published_on) filter (where role = 'report') as last_published_on
    from reports
    group by source

),

newest as (

    select max(report_year) as report_year from reports
    where role = 'report'

),

final as (

    select
        sources.source,
        sources.name as source_name,
        sources.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        sources.last_status,
        sources.n_problems,
        coalesce(counted.n_reports, 0) as n_reports,
        coalesce(counted.n_rejected, 0) as n_rejected,
        counted.last_report_year,
        counted.last_published_on,
        sources.last_landed_at,
        newest.report_year - counted.last_report_year as years_behind,
        -- measured against the newest report of any source, not against today: the same data says the same
        case
            when counted.last_report_year is null then 'empty'
            when counted.last_report_year >= newest.report_year then 'fresh'
            when counted.last_report_year = newest.report_year - 1 then 'due'
            else 'stale'
        end as freshness
    from sources
    cross join newest
    left join counted on sources.source = counted.source
    left join districts on sources.district_code = districts.district_code

)

select * from final
