with

documents as (

    select * from {{ source('raw', 'documents') }}

),

renamed as (

    select
        sha256 as report_id,
        reader,
        reader_version,
        status,
        reason as reject_reason,
        content_type,
        nullif(trim(title), '') as title,
        nullif(trim(publisher), '') as publisher,
        report_year,
        coalesce(observations, 0) as n_observations,
        coalesce(unmapped, 0) as n_unmapped
    from documents

)

select * from renamed
