{{ config(alias='Source freshness', schema='en') }}

{{ readable('mart_source_freshness', 'en') }}
