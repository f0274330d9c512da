with

reports as (

    select * from {{ ref('int_reports_described') }}

),

versions as (

    select * from {{ ref('int_reports_versioned') }}

),

final as (

    select
        reports.report_id,
        reports.title,
        reports.publisher,
        reports.publisher_kind,
        reports.publisher_school_id,
        reports.report_year,
        reports.district_code,
        reports.source,
        reports.url,
        reports.published_on,
        cast(reports.fetched_at as date) as fetched_on,
        reports.state,
        reports.content_type,
        reports.status,
        reports.reject_reason,
        reports.role,
        versions.chain_id,
        versions.version,
        versions.is_latest,
        reports.n_observations,
        reports.n_unmapped
    from reports
    inner join versions on reports.report_id = versions.report_id

)

select * from final
