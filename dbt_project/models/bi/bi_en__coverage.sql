{{ config(alias='Coverage', schema='en') }}

{{ readable('mart_coverage', 'en') }}
