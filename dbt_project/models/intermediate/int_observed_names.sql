{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{% if is_incremental() %}delete from {{ this }} where report_id not in (select report_id from {{ ref('stg_reports__documents') }}){% endif %}"
) }}

with

observations as (

    select * from {{ ref('stg_reports__observations') }}

),

-- A file's numbers never change: its bytes are its key.
new_documents as (

    select report_id from {{ ref('stg_reports__documents') }}
    {% if is_incremental() %}
        where report_id not in (select named.report_id from {{ this }} as named)
    {% endif %}

),

final as (

    select distinct
        observations.report_id,
        observations.entity
    from observations
    inner join new_documents on observations.report_id = new_documents.report_id
    where observations.entity is not null

)

select * from final
