{{ config(alias='School trends', schema='en') }}

{{ readable('mart_school_trends', 'en') }}
