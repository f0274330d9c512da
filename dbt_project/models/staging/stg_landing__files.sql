with

landed_files as (

    select * from {{ source('raw', 'landed_files') }}

),

renamed as (

    select
        sha256 as report_id,
        coalesce(final_url, url) as url,
        source,
        kind,
        parent_url,
        nullif(trim(title), '') as title,
        nullif(trim(publisher), '') as publisher,
        published_on,
        fetched_at,
        content_type,
        bytes,
        state,
        district_code,
        url as requested_url
    from landed_files

)

select * from renamed
