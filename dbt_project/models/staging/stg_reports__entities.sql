with

document_entities as (

    select * from {{ source('raw', 'document_entities') }}

),

renamed as (

    select
        document_sha256 as report_id,
        name,
        kind,
        role,
        coalesce(provisional, false) as is_provisional,
        {{ squeezed('name') }} as squeezed_name,
        cast(short_names as varchar[]) as short_names
    from document_entities

)

select * from renamed
