{{ config(alias='School by year', schema='en') }}

{{ readable('mart_school_year', 'en') }}
