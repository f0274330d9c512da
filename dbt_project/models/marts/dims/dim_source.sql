with

runs as (

    select * from {{ ref('stg_landing__source_runs') }}

),

files as (

    select * from {{ ref('stg_landing__files') }}

),

landed as (

    select
        source,
        mode(district_code) as district_code,
        max(fetched_at) as last_landed_at,
        count(distinct report_id) as n_files
    from files
    group by source

),

final as (

    select
        coalesce(runs.source, landed.source) as source,
        coalesce(runs.name, runs.source, landed.source) as name,
        coalesce(runs.district_code, landed.district_code) as district_code,
        coalesce(runs.status, 'not_crawled') as last_status,
        coalesce(runs.listed, 0) as n_listed,
        coalesce(runs.matched, 0) as n_matched,
        coalesce(runs.failed, 0) as n_failed,
        coalesce(cast(json_array_length(runs.problems) as integer), 0) as n_problems,
        coalesce(cast(landed.n_files as integer), 0) as n_files,
        landed.last_landed_at
    from runs
    full outer join landed on runs.source = landed.source

)

select * from final
