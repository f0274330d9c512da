with

documents as (

    select * from {{ ref('stg_reports__documents') }}

),

files as (

    select * from {{ ref('stg_landing__files') }}

),

entities as (

    select * from {{ ref('stg_reports__entities') }}

),

resolved as (

    select * from {{ ref('int_entities_resolved') }}

),

-- The same bytes can have been landed from several URLs: the one that still answers speaks for the report.
best_files as (

    select *
    from files
    qualify row_number() over (
        partition by report_id
        order by state = 'landed' desc, state = 'withdrawn' desc, fetched_at desc, url
    ) = 1

),

pages_with_attachments as (

    select distinct pages.report_id
    from files as pages
    inner join files as attachments
        on pages.url = attachments.parent_url or pages.requested_url = attachments.parent_url
    where pages.kind = 'page'

),

tagged_publishers as (

    select
        entities.report_id,
        resolved.entity_kind,
        resolved.school_id,
        resolved.district_code
    from entities
    inner join resolved on entities.squeezed_name = resolved.squeezed_name
    where entities.role = 'publisher'
    qualify row_number() over (partition by entities.report_id order by entities.squeezed_name) = 1

),

-- The publisher is an entity of the document, or at least named like one.
publishers as (

    select * from tagged_publishers
    union all
    select
        documents.report_id,
        resolved.entity_kind,
        resolved.school_id,
        resolved.district_code
    from documents
    inner join resolved on {{ squeezed('documents.publisher') }} = resolved.squeezed_name
    where documents.report_id not in (select tagged_publishers.report_id from tagged_publishers)

),

described as (

    select
        documents.report_id,
        documents.report_year,
        documents.status,
        documents.reject_reason,
        documents.n_observations,
        documents.n_unmapped,
        best_files.source,
        best_files.url,
        best_files.published_on,
        best_files.fetched_at,
        best_files.state,
        best_files.district_code as source_district_code,
        publishers.entity_kind as publisher_kind,
        publishers.school_id as publisher_school_id,
        publishers.district_code as publisher_district_code,
        coalesce(documents.content_type, best_files.content_type) as content_type,
        coalesce(documents.title, best_files.title) as title,
        coalesce(documents.publisher, best_files.publisher) as publisher,
        {{ squeezed('coalesce(documents.title, best_files.title)') }} as squeezed_title,
        {{ squeezed('coalesce(documents.publisher, best_files.publisher)') }} as squeezed_publisher,
        pages_with_attachments.report_id is not null as has_attachment
    from documents
    left join best_files on documents.report_id = best_files.report_id
    left join publishers on documents.report_id = publishers.report_id
    left join pages_with_attachments on documents.report_id = pages_with_attachments.report_id

),

final as (

    select
        * exclude (source_district_code, has_attachment, squeezed_title, squeezed_publisher),
        case
            when has_attachment and n_observations = 0 then 'cover'
            when status = 'rejected' then 'rejected'
            else 'report'
        end as role,
        coalesce(
            publisher_district_code,
            {{ district_named_in('described.squeezed_publisher') }},
            {{ district_named_in('described.squeezed_title') }},
            source_district_code
        ) as district_code
    from described

)

select * from final
